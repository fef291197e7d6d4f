//! Persons of the client base that come several at once.

use ids::PersonId;
use messaging::{HandlerError, RawEvent};
use proto::{customers::v1::PersonRecorded, intake::v1::Verdict, types::v1::PersonName};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::{World, worlds};

struct Told<'a> {
    person: PersonId,
    revision: i64,
    name: &'a str,
    emails: &'a [&'a str],
    leads: &'a [&'a String],
}

fn event(world: &World, told: &Told<'_>) -> RawEvent {
    let message = PersonRecorded {
        person_id: told.person.to_string(),
        name: Some(PersonName {
            full: told.name.to_owned(),
            ..PersonName::default()
        }),
        emails: told.emails.iter().map(|it| (*it).to_owned()).collect(),
        lead_ids: told.leads.iter().map(|it| (*it).clone()).collect(),
        ..PersonRecorded::default()
    };
    world.event(&message, told.person, told.revision)
}

async fn lead(world: &World, name: &str, email: &str) -> String {
    let key = world.form().await;
    let body = format!(r#"{{"name":"{name}","email":"{email}"}}"#);
    world.post(&key, &body, "").await.lead_id
}

/// All contact points, with the persons that hold them.
async fn points(world: &World) -> Vec<(String, i32, String, Option<PersonId>)> {
    let database = world.app.outbox.database().reader();
    let sql = "select value, slot, name, person_id from identity_key order by value, slot";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    let point = |row: &sea_orm::QueryResult| {
        let person: Option<uuid::Uuid> = row.try_get("", "person_id").unwrap();
        (
            row.try_get("", "value").unwrap(),
            row.try_get("", "slot").unwrap(),
            row.try_get("", "name").unwrap(),
            person.map(PersonId::from_uuid),
        )
    };
    rows.iter().map(point).collect()
}

/// News of four persons: two revisions of the first are old, and the third claims her lead too.
async fn news(world: &World, persons: [PersonId; 4]) -> ([RawEvent; 6], [String; 2]) {
    let nora = lead(world, "Nora Field", "nora@field.eu").await;
    let max = lead(world, "Max Hill", "max@hill.eu").await;
    let [first, second, third, fourth] = persons;
    let told = |person, revision, name, emails, leads| {
        let told = Told {
            person,
            revision,
            name,
            emails,
            leads,
        };
        event(world, &told)
    };
    let (hers, both) = (
        ["nora@field.eu", "nora@home.eu"],
        ["nora@field.eu", "office@field.eu"],
    );
    let his = ["max@hill.eu", "office@field.eu"];
    let events = [
        told(second, 1, "Max Hill", &his, &[&max]),
        told(third, 1, "Nora Stone", &["stone@field.eu"], &[&nora]),
        told(first, 4, "Nora Field", &both, &[&nora]),
        told(
            fourth,
            1,
            "Olga Field",
            &["nora@home.eu", "office@field.eu"],
            &[],
        ),
        told(first, 3, "Nora Field", &hers, &[&nora]),
        told(first, 2, "N. Field", &hers, &[]),
    ];
    (events, [nora, max])
}

#[tokio::test]
async fn a_batch_of_persons_comes_to_what_they_come_to_one_by_one() {
    for (together, single) in worlds().await.into_iter().zip(worlds().await) {
        let persons = std::array::from_fn(|_| PersonId::generate());
        let (events, leads) = news(&together, persons).await;
        // In the batch the old revisions of the first come before the new one and after it.
        let order = [4, 0, 1, 2, 3, 5].map(|place| events[place].clone());
        for _ in 0..2 {
            together.together::<PersonRecorded>(&order).await.unwrap();
        }
        let (events, same) = news(&single, persons).await;
        single.deliver_twice(&events).await;
        let expected = points(&single).await;
        assert_eq!(points(&together).await, expected, "{}", single.label);
        for (lead, same) in leads.iter().zip(&same) {
            let (lead, same) = (together.card(lead).await, single.card(same).await);
            assert_eq!(lead.history.len(), same.history.len());
            let (lead, same) = (lead.lead.unwrap(), same.lead.unwrap());
            assert_eq!(lead.person_id, same.person_id, "{}", single.label);
            assert_eq!(lead.revision, same.revision, "{}", single.label);
        }
    }
}

#[tokio::test]
async fn what_a_person_gives_up_another_one_of_the_batch_may_take() {
    for world in worlds().await {
        let (nora, olga) = (PersonId::generate(), PersonId::generate());
        let told = |person, revision, name, emails| {
            let told = Told {
                person,
                revision,
                name,
                emails,
                leads: &[],
            };
            event(&world, &told)
        };
        let first = [told(
            nora,
            1,
            "Nora Field",
            &["home@field.eu", "nora@field.eu"],
        )];
        world.together::<PersonRecorded>(&first).await.unwrap();
        let second = [
            told(nora, 2, "Nora Field", &["nora@field.eu"]),
            told(olga, 1, "Olga Stone", &["home@field.eu"]),
        ];
        world.together::<PersonRecorded>(&second).await.unwrap();
        let held = points(&world).await;
        let held: Vec<_> = held.iter().map(|it| (it.0.as_str(), it.1, it.3)).collect();
        let expected = [
            ("home@field.eu", 0, Some(olga)),
            ("nora@field.eu", 0, Some(nora)),
        ];
        assert_eq!(held, expected, "{}", world.label);
        let key = world.form().await;
        let nameless = world.post(&key, r#"{"email":"home@field.eu"}"#, "").await;
        assert_eq!(nameless.verdict(), Verdict::Attached, "{}", world.label);
        let card = world.lead(&nameless.lead_id).await;
        assert_eq!(card.person_id, olga.to_string(), "{}", world.label);
    }
}

#[tokio::test]
async fn an_event_with_a_malformed_id_is_the_one_to_blame() {
    for world in worlds().await {
        let malformed = "x".to_owned();
        let told = |leads| Told {
            person: PersonId::generate(),
            revision: 1,
            name: "Nora Field",
            emails: &["nora@field.eu"],
            leads,
        };
        let events = [
            event(&world, &told(&[])),
            event(&world, &told(&[&malformed])),
        ];
        let refused = world.together::<PersonRecorded>(&events).await.unwrap_err();
        assert_eq!(refused.at, Some(1), "{}", world.label);
        assert!(matches!(refused.error, HandlerError::Refuse { .. }));
        assert!(points(&world).await.is_empty(), "{}", world.label);
    }
}

#[tokio::test]
async fn a_batch_of_persons_takes_as_many_statements_whatever_its_size() {
    for world in worlds().await {
        let mut costs = Vec::new();
        for (round, count) in [2, 30].into_iter().enumerate() {
            let mut events = Vec::new();
            for number in 0..count {
                let email = format!("nora{number}@field{round}.eu");
                let lead = lead(&world, "Nora Field", &email).await;
                let told = Told {
                    person: PersonId::generate(),
                    revision: 1,
                    name: "Nora Field",
                    emails: &[&email, "office@field.eu"],
                    leads: &[&lead],
                };
                events.push(event(&world, &told));
            }
            costs.push(world.together::<PersonRecorded>(&events).await.unwrap());
        }
        assert_eq!(costs[0], costs[1], "{}", world.label);
        assert_eq!(costs[0] > 0, world.label == "postgres", "{costs:?}");
    }
}
