//! All that happened with a person, in one list.

use chrono::{DateTime, TimeDelta, Utc};
use ids::{ContractId, LeadId, MessageId, PersonId};
use messaging::{BatchHandler, RawEvent, Received};
use proto::{
    contracts::v1::ContractRecorded,
    convert::timestamp,
    customers::v1 as pb,
    intake::v1::{EnquiryAttached, LeadCreated, LeadReopened},
    notifications::v1::MessageSettled,
    types::v1::Source,
};
use rpc::Code;
use tonic::Status;

use customers::consumers::timeline::Timeline;

use crate::{
    cases,
    fixture::{Base, bases, event, person, refused, staff, wrong},
    journeys::Journey,
    merges::{merge, request, split},
};

pub(crate) fn start() -> DateTime<Utc> {
    "2026-11-01T09:00:00Z".parse().unwrap()
}

pub(crate) fn of(person: &str) -> pb::ListTimelineRequest {
    pb::ListTimelineRequest {
        person_id: person.to_owned(),
        page_size: 500,
        ..pb::ListTimelineRequest::default()
    }
}

pub(crate) async fn list(
    base: &Base,
    request: pb::ListTimelineRequest,
) -> Result<pb::ListTimelineResponse, Status> {
    let listed = base.timelines().list_timeline(request).await;
    listed.map(tonic::Response::into_inner)
}

pub(crate) async fn entries(base: &Base, person: &str) -> Vec<pb::TimelineEntry> {
    list(base, of(person)).await.unwrap().entries
}

pub(crate) async fn codes(base: &Base, person: &str) -> Vec<String> {
    let entries = entries(base, person).await.into_iter();
    entries.map(|entry| entry.code).collect()
}

/// As a timeline has it: newest first.
fn newest_first(codes: &[&'static str]) -> Vec<&'static str> {
    codes.iter().rev().copied().collect()
}

pub(crate) async fn settle_all(base: &Base, events: &[RawEvent]) {
    for event in events {
        base.settle(event).await;
    }
}

#[tokio::test]
async fn a_whole_journey_is_one_list_newest_first() {
    for base in bases().await {
        let journey = Journey::won(start());
        base.settle_twice(&journey.events).await;
        let all = entries(&base, &journey.person).await;
        let found: Vec<_> = all.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(found, newest_first(&journey.codes), "{}", base.label);
        let times = all.iter().map(|it| it.at.unwrap().seconds);
        assert!(times.rev().is_sorted(), "{}", base.label);
        let of_person = |it: &&pb::TimelineEntry| it.person_id == journey.person;
        assert_eq!(all.iter().filter(of_person).count(), all.len());
        let one = |kind: &str| all.iter().find(|it| it.kind == kind).unwrap();
        let created = one("lead_created");
        let way = (created.channel.as_str(), created.campaign_id.as_str());
        assert_eq!(way, ("campaign", journey.campaign.as_str()));
        assert_eq!(created.about_ids.last(), Some(&journey.lead));
        assert_eq!(created.at, Some(timestamp(start() + TimeDelta::minutes(3))));
        let signed = one("contract_signed");
        assert_eq!(signed.about_ids, [journey.contract.as_str()]);
        let amount = signed.amount.as_ref().unwrap();
        assert_eq!((amount.minor, amount.currency.as_str()), (9_000, "EUR"));
        assert_eq!(one("lead_outcome").staff_id, staff().to_string());
        assert_eq!(one("deal_stage_changed").detail, "offer");
        assert_eq!(one("survey_answered").detail, "9");
        assert_eq!(one("case_opened").detail, "billing");
        let words = format!("{all:?}");
        for word in ["Anna", "anna@", "nobody else"] {
            assert!(!words.contains(word), "{}: {word}", base.label);
        }
    }
}

#[tokio::test]
async fn a_merged_person_has_the_entries_of_all_its_records_and_a_split_parts_them() {
    for base in bases().await {
        let one = Journey::won(start());
        let other = Journey::lost(start() + TimeDelta::hours(5));
        settle_all(&base, &one.events).await;
        settle_all(&base, &other.events).await;
        let before = [
            entries(&base, &one.person).await,
            entries(&base, &other.person).await,
        ];
        let merged = request(&one.person, &other.person);
        merge(&base, &merged).await.unwrap();
        base.follow_own().await;
        let both = entries(&base, &one.person).await;
        assert_eq!(entries(&base, &other.person).await, both);
        assert_eq!(both[0].code, "persons_merged", "{}", base.label);
        assert_eq!(both[0].staff_id, staff().to_string());
        let [older, newer] = before.each_ref();
        let expected: Vec<_> = newer.iter().chain(older).cloned().collect();
        assert_eq!(both[1..], expected, "{}", base.label);
        base.hands.advance(std::time::Duration::from_mins(1));
        split(&base, &merged.merge_id).await.unwrap();
        base.follow_own().await;
        for (record, before) in [(&one.person, older), (&other.person, newer)] {
            let after = entries(&base, record).await;
            let codes: Vec<_> = after[..2].iter().map(|it| it.code.as_str()).collect();
            assert_eq!(codes, ["persons_split", "persons_merged"]);
            assert_eq!(after[2..], *before, "{}", base.label);
        }
    }
}

#[tokio::test]
async fn pages_kinds_and_periods_are_parts_of_the_whole() {
    for base in bases().await {
        let mut journey = Journey::won(start());
        settle_all(&base, &journey.events).await;
        let all = entries(&base, &journey.person).await;
        let mut request = pb::ListTimelineRequest {
            page_size: 4,
            ..of(&journey.person)
        };
        let mut read = Vec::new();
        loop {
            let page = list(&base, request.clone()).await.unwrap();
            assert!(page.entries.len() <= 4, "{}", base.label);
            read.extend(page.entries);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
            // What is added meanwhile moves nothing.
            let message = LeadReopened {
                lead_id: journey.lead.clone(),
                ..LeadReopened::default()
            };
            journey.tell(&message, &[]);
            base.settle(journey.events.last().unwrap()).await;
        }
        assert_eq!(read, all, "{}", base.label);
        let payments = pb::ListTimelineRequest {
            kinds: vec!["payment_received".to_owned(), "deal_won".to_owned()],
            ..of(&journey.person)
        };
        let payments = list(&base, payments).await.unwrap().entries;
        let codes: Vec<_> = payments.iter().map(|it| it.code.as_str()).collect();
        let expected = ["payment_received.refund", "payment_received", "deal_won"];
        assert_eq!(codes, expected, "{}", base.label);
        // From the fifth newest on, up to but not with the second newest.
        let period = pb::ListTimelineRequest {
            from: all[4].at,
            to: all[1].at,
            page_size: 2,
            ..of(&journey.person)
        };
        let first = list(&base, period.clone()).await.unwrap();
        assert_eq!(first.entries, all[2..4], "{}", base.label);
        let second = pb::ListTimelineRequest {
            page_token: first.next_page_token,
            ..period
        };
        let second = list(&base, second).await.unwrap();
        assert_eq!(
            (second.entries, second.next_page_token),
            (all[4..5].to_vec(), String::new())
        );
    }
}

#[tokio::test]
async fn own_cases_and_consents_are_in_it_as_they_stand() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let opened = cases::open(&base, &cases::late(&anna)).await.unwrap();
        base.hands.advance(std::time::Duration::from_mins(1));
        let resolved = cases::resolve(&base, &opened, "sent anew").await.unwrap();
        base.follow_own().await;
        let expected = ["case_resolved.minor", "case_opened.minor"];
        assert_eq!(codes(&base, &anna).await, expected, "{}", base.label);
        let reopened = cases::reopen(&base, &resolved).await.unwrap();
        base.follow_own().await;
        assert_eq!(codes(&base, &anna).await, ["case_opened.minor"]);
        // A case may turn out to be about something else; then it leaves with it.
        let contract = ContractId::generate();
        let message = ContractRecorded {
            contract_id: contract.to_string(),
            person_id: base.record(person("Berta")).await.person_id,
            ..ContractRecorded::default()
        };
        base.settle(&event(&message, &message.contract_id, 1)).await;
        let about = pb::ChangeCaseRequest {
            subject_id: contract.to_string(),
            ..cases::change_of(&reopened)
        };
        let changed = cases::change(&base, about).await.unwrap();
        base.follow_own().await;
        assert_eq!(
            codes(&base, &message.person_id).await,
            ["case_opened.minor"]
        );
        let about = pb::ChangeCaseRequest {
            subject_id: String::new(),
            ..cases::change_of(&changed)
        };
        cases::change(&base, about).await.unwrap();
        base.follow_own().await;
        assert!(codes(&base, &message.person_id).await.is_empty());
        assert_eq!(codes(&base, &anna).await, ["case_opened.minor"]);
    }
}

#[tokio::test]
async fn a_message_about_a_person_is_in_it_and_one_about_nobody_in_none() {
    for base in bases().await {
        let anna = base.record(person("Anna")).await.person_id;
        let settled = |subject: &str, state: &str, id: MessageId, revision| {
            let message = MessageSettled {
                message_id: id.to_string(),
                purpose: "greeting".to_owned(),
                subject_id: subject.to_owned(),
                state: state.to_owned(),
            };
            event(&message, &message.message_id, revision)
        };
        let id = MessageId::generate();
        base.settle_twice(&[
            settled(&anna, "accepted", id, 4),
            settled(&anna, "unknown", id, 3),
            settled("", "accepted", MessageId::generate(), 2),
            settled(&staff().to_string(), "accepted", MessageId::generate(), 2),
        ])
        .await;
        assert_eq!(codes(&base, &anna).await, ["message_settled.accepted"]);
    }
}

#[tokio::test]
async fn unknown_persons_and_wrong_fields_are_refused() {
    for base in bases().await {
        let nobody = list(&base, of(&PersonId::generate().to_string())).await;
        refused(nobody, Code::NotFound, "PERSON_NOT_FOUND");
        let odd = pb::ListTimelineRequest {
            kinds: vec!["deal_won".to_owned(), "gossip".to_owned()],
            to: Some(prost_types::Timestamp {
                seconds: i64::MAX,
                nanos: 0,
            }),
            ..of("")
        };
        let odd = wrong(list(&base, odd).await);
        assert_eq!(odd, ["person_id", "to", "kinds"], "{}", base.label);
        let token = pb::ListTimelineRequest {
            page_token: "nonsense".to_owned(),
            ..of(&PersonId::generate().to_string())
        };
        assert_eq!(wrong(list(&base, token).await), ["page_token"]);
    }
}

/// Handles events together, and answers how many statements that took: none on SQLite.
async fn statements<M>(base: &Base, events: &[RawEvent]) -> i64
where
    M: prost::Message + prost::Name + Default,
    Timeline: BatchHandler<M>,
{
    let received: Vec<Received<M>> = events.iter().map(|it| it.decode().unwrap()).collect();
    let tx = base.app.outbox.begin().await.unwrap();
    let before = testkit::statements(&*tx).await;
    Timeline.handle_all(&tx, &received).await.unwrap();
    let after = testkit::statements(&*tx).await;
    tx.commit().await.unwrap();
    (after - before - 1).max(0)
}

#[tokio::test]
async fn a_batch_of_leads_is_one_statement_whatever_its_size() {
    for base in bases().await {
        for size in [1, 200] {
            let created = (0..size).map(|_| crate::leads::created(LeadId::generate(), ""));
            let created: Vec<RawEvent> = created.collect();
            let asked = statements::<LeadCreated>(&base, &created).await;
            assert!(asked <= 1, "{}: {asked} for {size}", base.label);
            let attached = (0..size).map(|_| {
                let message = EnquiryAttached {
                    lead_id: LeadId::generate().to_string(),
                    source: Some(Source::default()),
                    ..EnquiryAttached::default()
                };
                event(&message, &message.lead_id, 2)
            });
            let attached: Vec<RawEvent> = attached.collect();
            let asked = statements::<EnquiryAttached>(&base, &attached).await;
            assert!(asked <= 1, "{}: {asked} for {size}", base.label);
        }
    }
}
