//! Letters, reminders and copies of persons who were erased.

use ids::{ContractId, DealId, ErasureId, LeadId, PersonId};
use messaging::RawEvent;
use persons::reach::digest;
use proto::{
    contracts::v1::{ContractErased, ContractRenewalDue},
    customers::v1::{ConsentRecorded, PersonErased, PersonRecorded},
    deals::v1 as deals,
    intake::v1::{LeadErased, NextContactPlanned},
    notifications::v1::{ListRemindersRequest, MessageState},
};
use rpc::Role;

use crate::world::{World, created, event, noon, refused, stamp, unreachable};

/// What no row may hold of somebody who was erased: `created` and `refused` have it in names.
const WORD: &str = "nagy";
const EMAIL: &str = "anna@nagy.example";

struct Somebody {
    person: PersonId,
    lead: LeadId,
    deal: DealId,
    contract: ContractId,
}

impl Somebody {
    fn new() -> Self {
        Self {
            person: PersonId::generate(),
            lead: LeadId::generate(),
            deal: DealId::generate(),
            contract: ContractId::generate(),
        }
    }

    /// All that notifications hear of it.
    fn known(&self, world: &World) -> Vec<RawEvent> {
        let recorded = PersonRecorded {
            person_id: self.person.to_string(),
            emails: vec![EMAIL.to_owned()],
            lead_ids: vec![self.lead.to_string()],
            ..PersonRecorded::default()
        };
        let said = ConsentRecorded {
            person_id: self.person.to_string(),
            channel: "email".to_owned(),
            purpose: "mailing".to_owned(),
            contact: EMAIL.to_owned(),
            state: "given".to_owned(),
            stated_at: stamp(noon()),
            ..ConsentRecorded::default()
        };
        let planned = NextContactPlanned {
            lead_id: self.lead.to_string(),
            next_contact_at: stamp(noon() + chrono::TimeDelta::days(3)),
            kind: "call".to_owned(),
            responsible_id: world.staff.to_string(),
            name: "Anna Nagy".to_owned(),
        };
        let deal = deals::NextContactPlanned {
            deal_id: self.deal.to_string(),
            next_contact_at: stamp(noon() + chrono::TimeDelta::days(3)),
            kind: "call".to_owned(),
            responsible_id: world.staff.to_string(),
            title: "Desks for Nagy".to_owned(),
        };
        let due = ContractRenewalDue {
            contract_id: self.contract.to_string(),
            person_id: self.person.to_string(),
            title: "Desks for Nagy".to_owned(),
            ends_at: stamp(noon()),
            responsible_id: world.staff.to_string(),
            ..ContractRenewalDue::default()
        };
        vec![
            event(&created(self.lead, world.staff), self.lead, 1),
            event(&refused(self.lead, EMAIL), self.lead, 5),
            event(&recorded, self.person, 1),
            event(&said, self.person, 2),
            event(&planned, self.lead, 6),
            event(&deal, self.deal, 3),
            event(&due, self.contract, 4),
        ]
    }

    fn erased(&self) -> Vec<RawEvent> {
        let erased_at = stamp(noon());
        let person = PersonErased {
            erasure_id: ErasureId::generate().to_string(),
            person_ids: vec![self.person.to_string()],
            lead_ids: vec![self.lead.to_string()],
            email_digests: vec![digest(EMAIL)],
            phone_digests: Vec::new(),
            erased_at,
        };
        let lead = LeadErased {
            lead_id: self.lead.to_string(),
            erased_at,
        };
        let deal = deals::DealErased {
            deal_id: self.deal.to_string(),
            erased_at,
        };
        let contract = ContractErased {
            contract_id: self.contract.to_string(),
            erased_at,
        };
        vec![
            event(&person, &person.erasure_id, 1),
            event(&lead, self.lead, 9),
            event(&deal, self.deal, 9),
            event(&contract, self.contract, 9),
        ]
    }
}

async fn assert_no_word(world: &World) {
    let places = testkit::places_of(world.database(), WORD).await;
    assert!(places.is_empty(), "{}: {places:?}", world.label);
}

/// Titles of the reminders that wait.
async fn reminders(world: &World) -> Vec<String> {
    let mut client = world.client(world.staff, Role::Head);
    let listed = client.list_reminders(ListRemindersRequest::default()).await;
    let listed = listed.unwrap().into_inner().reminders.into_iter();
    listed.map(|it| it.title).collect()
}

#[tokio::test]
async fn what_was_planned_is_called_off_and_what_was_sent_loses_its_words() {
    for world in unreachable().await {
        let gone = Somebody::new();
        for event in gone.known(&world) {
            world.deliver(&event).await;
        }
        assert_eq!(reminders(&world).await.len(), 3, "{}", world.label);
        assert!(!testkit::places_of(world.database(), WORD).await.is_empty());
        for event in gone.erased() {
            world.deliver(&event).await;
        }
        assert_no_word(&world).await;
        let messages = world.messages().await;
        assert_eq!(messages.len(), 2, "{}: notice and farewell", world.label);
        for message in messages {
            assert_eq!(message.state(), MessageState::Suppressed, "{message:?}");
            let shown = world.message(&message.message_id).await;
            assert_eq!((shown.subject.as_str(), shown.text.as_str()), ("", ""));
        }
        assert_eq!(
            reminders(&world).await,
            Vec::<String>::new(),
            "{}",
            world.label
        );
    }
}

#[tokio::test]
async fn whatever_comes_late_brings_nothing_back() {
    for world in unreachable().await {
        let gone = Somebody::new();
        for event in gone.erased() {
            world.deliver(&event).await;
        }
        for event in gone.known(&world).into_iter().rev() {
            world.deliver(&event).await;
        }
        assert_no_word(&world).await;
        assert_eq!(
            reminders(&world).await,
            Vec::<String>::new(),
            "{}",
            world.label
        );
        let purposes: Vec<String> = world
            .messages()
            .await
            .into_iter()
            .map(|it| it.purpose)
            .collect();
        assert!(!purposes.contains(&"farewell".to_owned()), "{purposes:?}");
    }
}

#[tokio::test]
async fn nothing_is_ever_sent_to_the_address_again() {
    for world in crate::world::catching().await {
        let gone = Somebody::new();
        for event in gone.erased() {
            world.deliver(&event).await;
        }
        let process = world.process();
        let lead = LeadId::generate();
        world.deliver(&event(&refused(lead, EMAIL), lead, 5)).await;
        world.becomes(MessageState::Suppressed).await;
        process.stop().await;
    }
}
