//! Who brought whom, and what that earns.

use ids::{DealId, LeadId, MergeId, PersonId, ReferralId};
use messaging::RawEvent;
use proto::{
    campaigns::v1::{
        self as pb, ReferralMade, ReferralRewarded, ReferralState as State,
        referrals_service_client::ReferralsServiceClient,
    },
    convert::timestamp,
    customers::v1::{PersonRecorded, PersonsMerged},
    deals::v1::DealWon,
    intake::v1::{EnquiryAttached, LeadCreated},
    types::v1::{Money, Source},
};
use rpc::{Channel, Code};
use tonic::Status;

use crate::{
    announcements::recorded,
    fixture::{Desk, campaign, desks, event, refused, staff, wrong},
};

fn client(desk: &Desk) -> ReferralsServiceClient<Channel> {
    ReferralsServiceClient::new(desk.channel())
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
fn euros(minor: i64) -> Option<Money> {
    let currency = "EUR".to_owned();
    Some(Money { minor, currency })
}

/// A referral campaign that has its terms.
async fn bring(desk: &Desk) -> String {
    let request = pb::CreateCampaignRequest {
        campaign: Some(pb::Campaign {
            kind: "referral".to_owned(),
            ..campaign("Bring a friend")
        }),
    };
    let made = desk.client().create_campaign(request).await.unwrap();
    let id = made.into_inner().campaign.unwrap().campaign_id;
    terms(desk, &id, 0, 5_000).await.unwrap();
    id
}

async fn terms(
    desk: &Desk,
    campaign: &str,
    revision: i64,
    minor: i64,
) -> Result<pb::ReferralTerms, Status> {
    let request = pb::SetReferralTermsRequest {
        campaign_id: campaign.to_owned(),
        terms: Some(pb::ReferralTerms {
            revision,
            reward: euros(minor),
            ..pb::ReferralTerms::default()
        }),
    };
    let set = client(desk).set_referral_terms(request).await;
    set.map(|it| it.into_inner().terms.unwrap())
}

async fn issue(desk: &Desk, campaign: &str, person: PersonId) -> Result<pb::ReferralCode, Status> {
    let request = pb::IssueReferralCodeRequest {
        campaign_id: campaign.to_owned(),
        person_id: person.to_string(),
    };
    let issued = client(desk).issue_referral_code(request).await;
    issued.map(|it| it.into_inner().code.unwrap())
}

async fn list(desk: &Desk, request: pb::ListReferralsRequest) -> Vec<pb::Referral> {
    let listed = client(desk).list_referrals(request).await.unwrap();
    listed.into_inner().referrals
}

async fn pay(desk: &Desk, id: &str) -> Result<pb::Referral, Status> {
    let request = pb::PayReferralRequest {
        referral_id: id.to_owned(),
        note: "by transfer".to_owned(),
    };
    let paid = client(desk).pay_referral(request).await;
    paid.map(|it| it.into_inner().referral.unwrap())
}

#[expect(clippy::unnecessary_wraps, reason = "messages hold options")]
fn coded(code: &str) -> Option<Source> {
    Some(Source {
        referral_code: code.to_owned(),
        ..Source::default()
    })
}

fn created(lead: LeadId, code: &str, email: &str) -> RawEvent {
    let message = LeadCreated {
        lead_id: lead.to_string(),
        emails: vec![email.to_owned()],
        source: coded(code),
        ..LeadCreated::default()
    };
    event(&message, &message.lead_id, 1)
}

fn attached(lead: LeadId, code: &str, revision: i64) -> RawEvent {
    let message = EnquiryAttached {
        lead_id: lead.to_string(),
        source: coded(code),
        ..EnquiryAttached::default()
    };
    event(&message, &message.lead_id, revision)
}

fn won(deal: DealId, lead: LeadId) -> RawEvent {
    let message = DealWon {
        deal_id: deal.to_string(),
        lead_id: lead.to_string(),
        won_at: Some(timestamp("2026-11-22T08:00:00Z".parse().unwrap())),
        ..DealWon::default()
    };
    event(&message, &message.deal_id, 5)
}

#[tokio::test]
async fn terms_come_first_and_a_person_has_one_code() {
    for desk in desks().await {
        let person = PersonId::generate();
        let fair = desk.create("Fair").await.campaign_id;
        let other = terms(&desk, &fair, 0, 1).await;
        refused(other, Code::FailedPrecondition, "NOT_A_REFERRAL_CAMPAIGN");
        let other = issue(&desk, &fair, person).await;
        refused(other, Code::FailedPrecondition, "NOT_A_REFERRAL_CAMPAIGN");

        let id = bring(&desk).await;
        let set = terms(&desk, &id, 1, 7_000).await.unwrap();
        assert_eq!((set.revision, set.reward), (2, euros(7_000)));
        assert_eq!(terms(&desk, &id, 2, 7_000).await.unwrap().revision, 2);
        let late = terms(&desk, &id, 1, 9_000).await;
        refused(late, Code::Aborted, "CHANGED_MEANWHILE");
        assert_eq!(wrong(terms(&desk, &id, 0, -1).await), ["terms.reward"]);

        let code = issue(&desk, &id, person).await.unwrap();
        assert_eq!(code.code.len(), 7, "{}", desk.label);
        assert_eq!(issue(&desk, &id, person).await.unwrap(), code);
        let joined = PersonId::generate();
        let merged = PersonsMerged {
            merge_id: MergeId::generate().to_string(),
            kept_id: person.to_string(),
            joined_id: joined.to_string(),
            ..PersonsMerged::default()
        };
        desk.deliver_twice(&[event(&merged, &merged.merge_id, 1)])
            .await;
        assert_eq!(issue(&desk, &id, joined).await.unwrap(), code);
        let next = issue(&desk, &id, PersonId::generate()).await.unwrap();
        assert_ne!(next.code, code.code);
        for (request, expected) in [
            (pb::ListReferralCodesRequest::default(), 2),
            (
                pb::ListReferralCodesRequest {
                    campaign_id: id.clone(),
                    person_id: joined.to_string(),
                    ..pb::ListReferralCodesRequest::default()
                },
                1,
            ),
        ] {
            let listed = client(&desk).list_referral_codes(request).await.unwrap();
            assert_eq!(listed.into_inner().codes.len(), expected, "{}", desk.label);
        }
    }
}

#[tokio::test]
async fn a_referral_is_made_rewarded_and_paid_once_in_any_order() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        for desk in desks().await {
            let id = bring(&desk).await;
            let referrer = PersonId::generate();
            let code = issue(&desk, &id, referrer).await.unwrap().code;
            let (lead, deal) = (LeadId::generate(), DealId::generate());
            let lower = format!(" {}-{} ", &code[..3], code[3..].to_lowercase());
            let events = [
                created(lead, &lower, "friend@example.org"),
                attached(lead, &code, 3),
                won(deal, lead),
            ];
            let events = order.map(|place| events[place].clone());
            desk.deliver_twice(&events).await;
            desk.deliver_twice(&[attached(lead, &code, 4), won(DealId::generate(), lead)])
                .await;
            let made = desk.announced::<ReferralMade>().await;
            let [(1, told)] = made.as_slice() else {
                panic!("{} {order:?}: {made:?}", desk.label)
            };
            assert_eq!(told.lead_id, lead.to_string());
            assert_eq!(told.referrer_id, referrer.to_string());
            let rewarded = desk.announced::<ReferralRewarded>().await;
            let [(2, told)] = rewarded.as_slice() else {
                panic!("{} {order:?}: {rewarded:?}", desk.label)
            };
            assert_eq!(told.reward, euros(5_000));
            assert_eq!(told.deal_id, deal.to_string());

            let referral = list(&desk, pb::ListReferralsRequest::default())
                .await
                .remove(0);
            assert_eq!(referral.state(), State::Rewarded, "{}", desk.label);
            assert_eq!(referral.reward, euros(5_000));
            let paid = pay(&desk, &referral.referral_id).await.unwrap();
            assert_eq!(paid.state(), State::Paid);
            assert_eq!(
                (paid.paid_by.as_str(), paid.note.as_str()),
                (staff().to_string().as_str(), "by transfer")
            );
            assert_eq!(pay(&desk, &referral.referral_id).await.unwrap(), paid);
        }
    }
}

#[tokio::test]
async fn an_unknown_code_is_kept_and_shown() {
    for desk in desks().await {
        bring(&desk).await;
        let (lead, deal) = (LeadId::generate(), DealId::generate());
        desk.deliver_twice(&[
            created(lead, "abc-1", "a@example.org"),
            attached(lead, "ABC1", 2),
            attached(lead, " - ", 3),
            won(deal, lead),
        ])
        .await;
        let unknown = pb::ListReferralsRequest {
            state: State::UnknownCode.into(),
            ..pb::ListReferralsRequest::default()
        };
        let kept = list(&desk, unknown).await;
        let [kept] = kept.as_slice() else {
            panic!("{}: {kept:?}", desk.label)
        };
        assert_eq!(
            (kept.code.as_str(), kept.lead_id.clone()),
            ("ABC1", lead.to_string())
        );
        assert!(kept.campaign_id.is_empty() && kept.referrer_id.is_empty());
        assert!(
            desk.announced::<ReferralMade>().await.is_empty(),
            "{}",
            desk.label
        );
        let nothing = pay(&desk, &kept.referral_id).await;
        refused(nothing, Code::FailedPrecondition, "REFERRAL_NOT_REWARDED");
        let nothing = pay(&desk, &ReferralId::generate().to_string()).await;
        refused(nothing, Code::NotFound, "REFERRAL_NOT_FOUND");
    }
}

#[tokio::test]
async fn nobody_brings_himself() {
    for desk in desks().await {
        let id = bring(&desk).await;
        let referrer = PersonId::generate();
        let code = issue(&desk, &id, referrer).await.unwrap().code;
        let known = PersonRecorded {
            person_id: referrer.to_string(),
            emails: vec!["nora@field.eu".to_owned()],
            ..PersonRecorded::default()
        };
        desk.deliver_twice(&[event(&known, &known.person_id, 1)])
            .await;
        let [by_mail, before, after, at_last] = std::array::from_fn(|_| LeadId::generate());
        desk.deliver_twice(&[
            created(by_mail, &code, "Nora@field.eu"),
            // Another record of the referrer has the lead.
            recorded(PersonId::generate(), LeadId::generate(), 1),
        ])
        .await;
        let other = PersonId::generate();
        let merged = PersonsMerged {
            merge_id: MergeId::generate().to_string(),
            kept_id: referrer.to_string(),
            joined_id: other.to_string(),
            ..PersonsMerged::default()
        };
        desk.deliver_twice(&[
            event(&merged, &merged.merge_id, 1),
            recorded(other, before, 1),
            created(before, &code, "x@example.org"),
            created(after, &code, "y@example.org"),
            recorded(other, after, 2),
            won(DealId::generate(), by_mail),
            won(DealId::generate(), before),
            won(DealId::generate(), after),
        ])
        .await;
        // Who they are is told by a merge, after the deal's lead had come.
        let third = PersonId::generate();
        let late = PersonsMerged {
            merge_id: MergeId::generate().to_string(),
            joined_id: third.to_string(),
            ..merged.clone()
        };
        desk.deliver_twice(&[
            created(at_last, &code, "z@example.org"),
            recorded(third, at_last, 1),
            event(&late, &late.merge_id, 2),
            won(DealId::generate(), at_last),
        ])
        .await;
        let all = list(&desk, pb::ListReferralsRequest::default()).await;
        let states: Vec<State> = all.iter().map(pb::Referral::state).collect();
        assert_eq!(states, [State::Own; 4], "{}: {all:?}", desk.label);
        assert!(desk.announced::<ReferralRewarded>().await.is_empty());
        let of_other = pb::ListReferralsRequest {
            campaign_id: id.clone(),
            referrer_id: other.to_string(),
            page_size: 3,
            ..pb::ListReferralsRequest::default()
        };
        assert_eq!(list(&desk, of_other).await.len(), 3, "{}", desk.label);
    }
}

#[tokio::test]
async fn a_deal_won_at_the_same_moment_is_not_missed() {
    for desk in desks().await {
        let id = bring(&desk).await;
        let code = issue(&desk, &id, PersonId::generate()).await.unwrap().code;
        let leads: Vec<LeadId> = (0..20).map(|_| LeadId::generate()).collect();
        let told = leads.iter().flat_map(|lead| {
            let deal = won(DealId::generate(), *lead);
            [created(*lead, &code, "friend@example.org"), deal]
        });
        let told: Vec<RawEvent> = told.collect();
        let delivered = told.iter().map(|event| desk.try_deliver(event));
        let delivered = futures::future::join_all(delivered).await;
        // Who lost against the other comes again.
        for (event, delivered) in told.iter().zip(delivered) {
            if delivered.is_err() {
                desk.deliver(event).await;
            }
        }
        let rewarded = desk.announced::<ReferralRewarded>().await;
        assert_eq!(rewarded.len(), leads.len(), "{}", desk.label);
        assert_eq!(desk.announced::<ReferralMade>().await.len(), leads.len());
    }
}
