use ids::{LeadId, PersonId, StaffId};
use proto::{
    intake::v1::{
        self as pb, LeadAssigned, LeadOutcomeRecorded, LeadQualified, LeadRefused, LeadReopened,
        LeadState, NextContactPlanned, Outcome, Temperature, Verdict,
    },
    types::v1::Money,
};
use rpc::Code;

use crate::world::{World, record, refusal, worlds};

const TOMORROW: i64 = 1_795_428_000;

fn at(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

async fn create(world: &World, name: &str, email: &str) -> String {
    let request = pb::CreateLeadRequest {
        lead: Some(pb::LeadInput {
            organisation: "Field Mills".to_owned(),
            topic: "mills".to_owned(),
            ..record("", name, email)
        }),
        responsible_id: String::new(),
    };
    let response = world
        .staff()
        .create_lead(request)
        .await
        .unwrap()
        .into_inner();
    let receipt = response.receipt.unwrap();
    assert_eq!(
        receipt.verdict(),
        Verdict::Created,
        "{}: {receipt:?}",
        world.label
    );
    receipt.lead_id
}

fn told(lead_id: &str, outcome: Outcome) -> pb::RecordOutcomeRequest {
    pb::RecordOutcomeRequest {
        lead_id: lead_id.to_owned(),
        outcome: outcome.into(),
        reason: if outcome == Outcome::Positive {
            ""
        } else {
            "PRICE"
        }
        .to_owned(),
        talk: "a talk".to_owned(),
        ..pb::RecordOutcomeRequest::default()
    }
}

#[tokio::test]
async fn an_entry_by_hand_belongs_to_whoever_makes_it() {
    for world in worlds().await {
        let lead = world
            .lead(&create(&world, "Nora Field", "nora@field.eu").await)
            .await;
        assert_eq!(lead.responsible_id, world.boss.to_string());
        assert_eq!(lead.source.unwrap().channel, "manual");
        let key = || pb::CreateLeadRequest {
            lead: Some(record("k-1", "Max Hill", "max@hill.eu")),
            responsible_id: String::new(),
        };
        let first = world
            .staff()
            .create_lead(key())
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        let again = world
            .staff()
            .create_lead(key())
            .await
            .unwrap()
            .into_inner()
            .receipt
            .unwrap();
        assert!(again.replayed, "{}", world.label);
        assert_eq!(again.lead_id, first.lead_id);
        let stranger = pb::CreateLeadRequest {
            lead: Some(record("k-2", "Lena Wood", "")),
            responsible_id: StaffId::generate().to_string(),
        };
        assert_eq!(
            refusal(world.staff().create_lead(stranger).await).1.reason,
            "STAFF_NOT_FOUND"
        );
    }
}

#[tokio::test]
async fn a_positive_outcome_records_the_person_and_orders_a_deal_once() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        let positive = pb::RecordOutcomeRequest {
            new_deal: Some(pb::NewDeal {
                amount: Some(Money {
                    minor: 100_000,
                    currency: "EUR".to_owned(),
                }),
                ..pb::NewDeal::default()
            }),
            ..told(&id, Outcome::Positive)
        };
        let first = world
            .staff()
            .record_outcome(positive.clone())
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap();
        assert_eq!(first.state(), LeadState::Qualified);
        assert!(first.person_id.parse::<PersonId>().is_ok());
        let again = world
            .staff()
            .record_outcome(positive)
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap();
        assert_eq!(again, first, "{}", world.label);
        let qualified = world.announced::<LeadQualified>().await;
        let [(_, event)] = qualified.as_slice() else {
            panic!("{qualified:?}")
        };
        assert_eq!(
            (&event.person_id, &event.organisation),
            (&first.person_id, &"Field Mills".to_owned())
        );
        let deal = event.new_deal.as_ref().unwrap();
        assert_eq!(
            (&deal.deal_id, deal.topic.as_str()),
            (&first.deal_id, "mills")
        );
        assert_eq!(deal.title, "mills: Nora Field");
        assert_eq!(world.announced::<LeadOutcomeRecorded>().await.len(), 1);
        let refused = refusal(
            world
                .staff()
                .record_outcome(told(&id, Outcome::Negative))
                .await,
        );
        assert_eq!(
            (refused.0, refused.1.reason.as_str()),
            (Code::FailedPrecondition, "LEAD_ALREADY_QUALIFIED")
        );
    }
}

#[tokio::test]
async fn a_private_person_is_told_as_one() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        let update = pb::UpdateLeadRequest {
            lead_id: id.clone(),
            private_person: Some(true),
            ..pb::UpdateLeadRequest::default()
        };
        world.staff().update_lead(update).await.unwrap();
        world
            .staff()
            .record_outcome(told(&id, Outcome::Positive))
            .await
            .unwrap();
        let (_, event) = world.announced::<LeadQualified>().await.pop().unwrap();
        assert!(
            event.private_person && event.organisation.is_empty(),
            "{}",
            world.label
        );
        assert!(event.new_deal.is_none());
    }
}

#[tokio::test]
async fn a_refused_lead_is_kept_and_may_be_reopened() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora+web@field.eu").await;
        let negative = pb::RecordOutcomeRequest {
            next_contact_at: Some(at(TOMORROW)),
            ..told(&id, Outcome::Negative)
        };
        for _ in 0..2 {
            let lead = world
                .staff()
                .record_outcome(negative.clone())
                .await
                .unwrap()
                .into_inner();
            assert_eq!(lead.lead.unwrap().state(), LeadState::Refused);
        }
        let refused = world.announced::<LeadRefused>().await;
        let [(_, event)] = refused.as_slice() else {
            panic!("{refused:?}")
        };
        assert_eq!(
            (event.reason.as_str(), event.email.as_str()),
            ("PRICE", "nora+web@field.eu")
        );
        assert_eq!(event.next_contact_at, Some(at(TOMORROW)));
        assert_eq!(world.announced::<NextContactPlanned>().await.len(), 1);
        let reopen = || pb::ReopenLeadRequest {
            lead_id: id.clone(),
            reason: "called back".to_owned(),
        };
        let lead = world
            .staff()
            .reopen_lead(reopen())
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap();
        assert_eq!(lead.state(), LeadState::InWork, "{}", world.label);
        assert_eq!(
            refusal(world.staff().reopen_lead(reopen()).await).1.reason,
            "LEAD_NOT_REFUSED"
        );
        assert_eq!(
            world.announced::<LeadReopened>().await[0].1.reason,
            "called back"
        );
    }
}

#[tokio::test]
async fn an_enquiry_reopens_a_refused_lead() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        world
            .staff()
            .record_outcome(told(&id, Outcome::Negative))
            .await
            .unwrap();
        let key = world.form().await;
        let receipt = world
            .post(&key, r#"{"name":"Nora Field","email":"nora@field.eu"}"#, "")
            .await;
        assert_eq!(
            (receipt.verdict(), &receipt.lead_id),
            (Verdict::Attached, &id)
        );
        assert_eq!(
            world.lead(&id).await.state(),
            LeadState::InWork,
            "{}",
            world.label
        );
        assert_eq!(
            world.announced::<LeadReopened>().await[0].1.reason,
            "NEW_ENQUIRY"
        );
    }
}

#[tokio::test]
async fn what_is_told_of_a_talk_must_make_sense() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        let nameless = create(&world, "", "max@hill.eu").await;
        let cases = [
            (
                pb::RecordOutcomeRequest {
                    reason: String::new(),
                    ..told(&id, Outcome::Undefined)
                },
                "REASON_MISSING",
            ),
            (
                pb::RecordOutcomeRequest {
                    reason: "X".to_owned(),
                    ..told(&id, Outcome::Undefined)
                },
                "REASON_UNKNOWN",
            ),
            (
                pb::RecordOutcomeRequest {
                    new_deal: Some(pb::NewDeal::default()),
                    ..told(&id, Outcome::Undefined)
                },
                "DEAL_NOT_POSITIVE",
            ),
            (told(&id, Outcome::Unspecified), "FIELDS_INVALID"),
            (
                pb::RecordOutcomeRequest {
                    contact_kind: "smoke".to_owned(),
                    ..told(&id, Outcome::Positive)
                },
                "FIELDS_INVALID",
            ),
            (
                pb::RecordOutcomeRequest {
                    next_contact_at: Some(at(i64::MAX)),
                    ..told(&id, Outcome::Positive)
                },
                "FIELDS_INVALID",
            ),
            (
                pb::RecordOutcomeRequest {
                    talk: "x".repeat(20_001),
                    ..told(&id, Outcome::Positive)
                },
                "FIELDS_INVALID",
            ),
            (told("lead_1", Outcome::Positive), "FIELDS_INVALID"),
            (
                told(&LeadId::generate().to_string(), Outcome::Positive),
                "LEAD_NOT_FOUND",
            ),
            (told(&nameless, Outcome::Positive), "LEAD_NAMELESS"),
        ];
        for (request, reason) in cases {
            let found = refusal(world.staff().record_outcome(request).await)
                .1
                .reason;
            assert_eq!(found, reason, "{}", world.label);
        }
        assert_eq!(world.lead(&id).await.state(), LeadState::New);
    }
}

#[tokio::test]
async fn fields_are_changed_under_the_revision_that_was_seen() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        let seen = world.lead(&id).await.revision;
        let update = |revision: i64, talk: &str| pb::UpdateLeadRequest {
            lead_id: id.clone(),
            revision,
            talk: Some(talk.to_owned()),
            temperature: Temperature::Hot.into(),
            ..pb::UpdateLeadRequest::default()
        };
        let lead = world
            .staff()
            .update_lead(update(seen, "first"))
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap();
        assert_eq!((lead.revision, lead.talk.as_str()), (seen + 1, "first"));
        assert_eq!(lead.temperature(), Temperature::Hot);
        let late = refusal(world.staff().update_lead(update(seen, "second")).await);
        assert_eq!(
            (late.0, late.1.reason.as_str()),
            (Code::Aborted, "REVISION_CONFLICT")
        );
        let same = world
            .staff()
            .update_lead(update(0, "first"))
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap();
        assert_eq!(same.revision, lead.revision, "{}", world.label);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_at_once_are_all_done() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        let before = world.lead(&id).await.revision;
        let updates = (0..4).map(|index| {
            let request = pb::UpdateLeadRequest {
                lead_id: id.clone(),
                topic: Some(format!("topic {index}")),
                ..pb::UpdateLeadRequest::default()
            };
            let mut staff = world.staff();
            async move { staff.update_lead(request).await }
        });
        for result in futures::future::join_all(updates).await {
            result.unwrap();
        }
        assert_eq!(
            world.lead(&id).await.revision,
            before + 4,
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn a_corrected_name_decides_whom_later_enquiries_join() {
    for world in worlds().await {
        let id = create(&world, "Nora Feld", "office.field@gmail.com").await;
        let update = pb::UpdateLeadRequest {
            lead_id: id.clone(),
            full_name: Some("Max Hill".to_owned()),
            ..pb::UpdateLeadRequest::default()
        };
        world.staff().update_lead(update).await.unwrap();
        let key = world.form().await;
        let max = world
            .post(
                &key,
                r#"{"name":"Max Hill","email":"office.field@gmail.com"}"#,
                "",
            )
            .await;
        assert_eq!(
            (max.verdict(), max.lead_id),
            (Verdict::Attached, id),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn a_lead_is_given_to_staff_who_work_here() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        let agent = world.agent().await;
        let gone = StaffId::generate();
        world
            .deliver(&world.recorded(gone, 1, false))
            .await
            .unwrap();
        let assign = |to: StaffId| pb::AssignLeadRequest {
            lead_id: id.clone(),
            responsible_id: to.to_string(),
            reason: "knows mills".to_owned(),
        };
        let lead = world
            .staff()
            .assign_lead(assign(agent))
            .await
            .unwrap()
            .into_inner()
            .lead
            .unwrap();
        assert_eq!(
            (lead.responsible_id, lead.assigned_because.as_str()),
            (agent.to_string(), "knows mills")
        );
        world.staff().assign_lead(assign(agent)).await.unwrap();
        let announced = world.announced::<LeadAssigned>().await;
        assert_eq!(announced.len(), 1, "{}", world.label);
        assert_eq!(announced[0].1.assigned_by, world.boss.to_string());
        assert_eq!(
            refusal(world.staff().assign_lead(assign(gone)).await)
                .1
                .reason,
            "STAFF_INACTIVE"
        );
        let nobody = refusal(world.staff().assign_lead(assign(StaffId::generate())).await);
        assert_eq!(nobody.1.reason, "STAFF_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_next_contact_is_planned_moved_and_cancelled() {
    for world in worlds().await {
        let id = create(&world, "Nora Field", "nora@field.eu").await;
        for (when, kind) in [
            (Some(at(TOMORROW)), "call"),
            (Some(at(TOMORROW)), "call"),
            (Some(at(TOMORROW + 60)), "visit"),
            (None, ""),
        ] {
            let request = pb::PlanNextContactRequest {
                lead_id: id.clone(),
                next_contact_at: when,
                contact_kind: kind.to_owned(),
            };
            let lead = world
                .staff()
                .plan_next_contact(request)
                .await
                .unwrap()
                .into_inner()
                .lead
                .unwrap();
            assert_eq!(lead.next_contact_at, when);
        }
        let planned = world.announced::<NextContactPlanned>().await;
        let told: Vec<_> = planned
            .iter()
            .map(|(_, it)| (it.next_contact_at, it.kind.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(at(TOMORROW)), "call"),
                (Some(at(TOMORROW + 60)), "visit"),
                (None, "visit")
            ]
        );
        assert!(
            planned.is_sorted_by_key(|(revision, _)| *revision),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn leads_are_found_by_state_owner_campaign_and_words() {
    for world in worlds().await {
        let nora = create(&world, "Нора Полева", "nora@field.eu").await;
        let max = create(&world, "Max Hill", "max_1@hill.eu").await;
        world
            .staff()
            .record_outcome(told(&max, Outcome::Negative))
            .await
            .unwrap();
        let key = world.form().await;
        let queued = world
            .post(&key, r#"{"name":"Anna Wood","phone":"26555142"}"#, "")
            .await
            .lead_id;
        let search = |search: &str| pb::ListLeadsRequest {
            search: search.to_owned(),
            ..Default::default()
        };
        let by_state = pb::ListLeadsRequest {
            state: LeadState::Refused.into(),
            ..Default::default()
        };
        let by_owner = pb::ListLeadsRequest {
            responsible_id: world.boss.to_string(),
            ..Default::default()
        };
        let in_queue = pb::ListLeadsRequest {
            responsible_id: "none".to_owned(),
            ..Default::default()
        };
        for (request, expected) in [
            (search(""), vec![&queued, &max, &nora]),
            (search("ПОЛЕВА"), vec![&nora]),
            (search("nora poleva"), vec![&nora]),
            (search("hill max_1"), vec![&max]),
            (search("%"), vec![]),
            (search("26 555"), vec![&queued]),
            (by_state, vec![&max]),
            (by_owner, vec![&max, &nora]),
            (in_queue, vec![&queued]),
        ] {
            let page = world
                .staff()
                .list_leads(request.clone())
                .await
                .unwrap()
                .into_inner();
            let found: Vec<&String> = page.leads.iter().map(|lead| &lead.lead_id).collect();
            assert_eq!(found, expected, "{}: {request:?}", world.label);
            assert_eq!(page.total, i64::try_from(expected.len()).unwrap());
        }
        let (mut seen, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListLeadsRequest {
                page_size: 1,
                page_token,
                ..Default::default()
            };
            let page = world
                .staff()
                .list_leads(request)
                .await
                .unwrap()
                .into_inner();
            seen.extend(page.leads.into_iter().map(|lead| lead.lead_id));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, [queued, max, nora], "{}", world.label);
    }
}

#[tokio::test]
async fn the_directory_of_reasons_is_told() {
    for world in worlds().await {
        let reasons = world
            .staff()
            .list_reasons(pb::ListReasonsRequest {})
            .await
            .unwrap()
            .into_inner()
            .reasons;
        assert!(
            reasons.iter().any(|it| it.code == "PRICE"),
            "{}",
            world.label
        );
    }
}
