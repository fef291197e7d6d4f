use ids::{ContractId, DealId, LeadId, StaffId, SubmissionId};
use messaging::RawEvent;
use proto::{
    contracts::v1::ContractRenewalDue,
    intake::v1::{EnquiryAttached, LeadAssigned},
    notifications::v1::MessageState,
};

use crate::world::{World, catching, created, event, noon, recorded, refused, source, stamp};

fn assigned(lead: LeadId, to: StaffId, by: &str) -> LeadAssigned {
    LeadAssigned {
        lead_id: lead.to_string(),
        responsible_id: to.to_string(),
        assigned_by: by.to_owned(),
        reason: "rota".to_owned(),
    }
}

fn enquiry(lead: LeadId, staff: StaffId) -> EnquiryAttached {
    EnquiryAttached {
        lead_id: lead.to_string(),
        submission_id: SubmissionId::generate().to_string(),
        source: source(),
        responsible_id: staff.to_string(),
        received_at: stamp(noon()),
    }
}

fn another_delivery(event: &RawEvent) -> RawEvent {
    RawEvent {
        id: ids::EventId::generate().uuid(),
        ..event.clone()
    }
}

async fn purposes(world: &World) -> Vec<String> {
    let mut purposes: Vec<_> = world
        .messages()
        .await
        .into_iter()
        .map(|message| message.purpose)
        .collect();
    purposes.sort();
    purposes
}

#[tokio::test]
async fn each_event_tells_its_recipient_once() {
    for world in catching().await {
        let (lead, staff) = (LeadId::generate(), world.staff);
        let events = [
            event(&created(lead, staff), lead, 1),
            event(&enquiry(lead, staff), lead, 2),
            event(&assigned(lead, staff, ""), lead, 3),
            event(&refused(lead, "anna@client.example"), lead, 4),
        ];
        for event in &events {
            world.deliver(event).await;
            // The same fact as another event, as after a stream was filled again with new ids.
            world.deliver(&another_delivery(event)).await;
        }
        assert_eq!(
            purposes(&world).await,
            ["assigned", "enquiry", "farewell", "new_lead"]
        );
        let messages = world.messages().await;
        let notice = messages.iter().find(|it| it.purpose == "new_lead").unwrap();
        assert_eq!(
            (notice.recipient.as_str(), notice.locale.as_str()),
            ("janis@crm.example", "lv")
        );
        assert_eq!(notice.subject, "Jauns interesents: Anna Nagy");
        let text = world.message(&notice.message_id).await.text;
        assert!(
            text.contains(&format!("https://crm.example/leads/{lead}")),
            "{text}"
        );
        assert!(text.contains("form, shop.example"), "{text}");
    }
}

#[tokio::test]
async fn events_that_come_too_early_come_again() {
    for world in catching().await {
        let (lead, staff) = (LeadId::generate(), StaffId::generate());
        let events = [
            event(&assigned(lead, staff, ""), lead, 3),
            event(&enquiry(lead, staff), lead, 2),
            event(&created(lead, staff), lead, 1),
            event(&recorded(staff, "Zoë", "zoe@crm.example", true), staff, 1),
        ];
        let mut waiting: Vec<&RawEvent> = events.iter().collect();
        let mut rounds = 0;
        while !waiting.is_empty() && rounds < 5 {
            let mut again = Vec::new();
            for event in waiting {
                if let Err(error) = world.hand_in(event).await {
                    let retried = matches!(error, messaging::HandlerError::Retry { .. });
                    assert!(retried && error.reason().ends_with("_UNKNOWN"), "{error:?}");
                    again.push(event);
                }
            }
            (waiting, rounds) = (again, rounds + 1);
        }
        assert_eq!(rounds, 3, "{}", world.label);
        assert_eq!(purposes(&world).await, ["assigned", "enquiry", "new_lead"]);
    }
}

#[tokio::test]
async fn a_farewell_is_written_once_for_ever() {
    for world in catching().await {
        let lead = LeadId::generate();
        world.deliver(&event(&refused(lead, ""), lead, 4)).await;
        assert!(world.messages().await.is_empty(), "no address, no letter");
        world
            .deliver(&event(&refused(lead, "anna@client.example"), lead, 5))
            .await;
        world
            .deliver(&event(&refused(lead, "anna@client.example"), lead, 9))
            .await;
        world
            .deliver(&event(&refused(lead, "anna@other.example"), lead, 12))
            .await;
        let messages = world.messages().await;
        assert_eq!(messages.len(), 1, "{}", world.label);
        let letter = world.message(&messages[0].message_id).await;
        assert_eq!(letter.recipient, "anna@client.example");
        assert!(
            letter.text.starts_with("Kedves Nagy Anna!"),
            "{}",
            letter.text
        );
        assert!(
            letter.text.contains("https://crm.example/q/"),
            "{}",
            letter.text
        );
        assert!(
            letter
                .headers
                .contains(&format!("Message-ID: <{}@", letter.message_id))
        );
    }
}

#[tokio::test]
async fn nobody_is_told_what_he_did_himself_or_after_he_left() {
    for world in catching().await {
        let (lead, staff) = (LeadId::generate(), world.staff);
        let queued = LeadId::generate();
        let mut unassigned = created(queued, staff);
        unassigned.responsible_id.clear();
        world.deliver(&event(&unassigned, queued, 1)).await;
        world
            .deliver(&event(
                &assigned(queued, staff, &staff.to_string()),
                queued,
                2,
            ))
            .await;
        world
            .deliver(&event(
                &recorded(staff, "J", "j@crm.example", false),
                staff,
                7,
            ))
            .await;
        // An older state of the account does not bring it back.
        world.record_staff(staff, 6).await;
        world.deliver(&event(&created(lead, staff), lead, 1)).await;
        assert!(world.messages().await.is_empty(), "{}", world.label);
    }
}

#[tokio::test]
async fn the_key_account_manager_is_told_of_a_contract_that_ends() {
    for world in catching().await {
        let contract = ContractId::generate();
        let due = ContractRenewalDue {
            contract_id: contract.to_string(),
            title: "Support 2026".to_owned(),
            ends_at: stamp("2026-12-31T00:00:00Z".parse().unwrap()),
            responsible_id: world.staff.to_string(),
            ..ContractRenewalDue::default()
        };
        let process = world.process();
        world.deliver(&event(&due, contract, 4)).await;
        let message = world.becomes(MessageState::Caught).await;
        assert_eq!(message.purpose, "renewal");
        assert_eq!(message.subject, "Līgums beidzas 2026-12-31: Support 2026");
        world
            .deliver(&another_delivery(&event(&due, contract, 4)))
            .await;
        process.stop().await;
        assert_eq!(world.messages().await.len(), 1, "{}", world.label);
    }
}

#[tokio::test]
async fn events_that_cannot_be_meant_are_refused() {
    for world in catching().await {
        let (lead, deal) = (LeadId::generate(), DealId::generate());
        let mut wrong = created(lead, world.staff);
        wrong.lead_id = deal.to_string();
        let error = world.hand_in(&event(&wrong, lead, 1)).await.unwrap_err();
        assert!(
            matches!(error, messaging::HandlerError::Refuse { .. }),
            "{error:?}"
        );
        assert_eq!(error.reason(), "EVENT_ID_INVALID");
    }
}
