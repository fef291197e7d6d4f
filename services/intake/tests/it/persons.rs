//! Persons of the client base that come several at once.

use std::collections::BTreeMap;

use ids::PersonId;
use messaging::{HandlerError, RawEvent};
use proto::{customers::v1::PersonRecorded, intake::v1::Verdict, types::v1::PersonName};
use sea_orm::QueryResult;

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

/// Who is known: of each the records, and the persons of the client base.
async fn known(world: &World) -> Vec<(Vec<String>, Vec<PersonId>)> {
    let sql = "select 'record' as what, coalesce(m.head_id, t.identity_id) as head, t.body, t.id \
               from identity_record t left join identity_member m on m.identity_id = t.identity_id \
               union all \
               select 'person', coalesce(m.head_id, t.identity_id), '', t.id \
               from person t left join identity_member m on m.identity_id = t.identity_id";
    let mut known = BTreeMap::<uuid::Uuid, (Vec<String>, Vec<PersonId>)>::new();
    for row in world.query(sql).await {
        let (records, persons) = known.entry(row.try_get("", "head").unwrap()).or_default();
        match row.try_get::<String>("", "what").unwrap().as_str() {
            "record" => records.push(row.try_get("", "body").unwrap()),
            _ => persons.push(PersonId::from_uuid(row.try_get("", "id").unwrap())),
        }
    }
    let mut known: Vec<_> = known.into_values().collect();
    for (records, persons) in &mut known {
        records.sort();
        persons.sort();
    }
    known.sort();
    known
}

/// How many have each key.
async fn counts(world: &World) -> Vec<(i64, i32)> {
    let rows = world
        .query("select hash, count from identity_key order by kind, hash")
        .await;
    let count = |row: &QueryResult| {
        (
            row.try_get("", "hash").unwrap(),
            row.try_get("", "count").unwrap(),
        )
    };
    rows.iter().map(count).collect()
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
        let expected = known(&single).await;
        assert_eq!(known(&together).await, expected, "{}", single.label);
        assert_eq!(counts(&together).await, counts(&single).await);
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
        let held = known(&world).await;
        let expected = [
            (vec!["|nora feld||||wnora@field.eu".to_owned()], vec![nora]),
            (vec!["|olga stone||||whome@field.eu".to_owned()], vec![olga]),
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
        assert!(known(&world).await.is_empty(), "{}", world.label);
    }
}

/// Somebody whose name nobody else has.
fn stranger(round: usize, number: usize) -> String {
    let syllables = ["ka", "lo", "mi", "ru", "te", "vy"];
    let place = |digit: u32| {
        let mut syllables = syllables.iter().cycle();
        syllables.nth(number / 6_usize.pow(digit)).unwrap()
    };
    let start = if round == 0 { "Bra" } else { "Gro" };
    format!("Nora {start}{}{}n", place(0), place(1))
}

#[tokio::test]
async fn a_batch_of_persons_takes_as_many_statements_whatever_its_size() {
    for world in worlds().await {
        let mut costs = Vec::new();
        for (round, count) in [2, 30].into_iter().enumerate() {
            let mut events = Vec::new();
            for number in 0..count {
                let name = stranger(round, number);
                let email = format!("office{round}{number}@{}.eu", name[5..].to_lowercase());
                let lead = lead(&world, &name, &email).await;
                let told = Told {
                    person: PersonId::generate(),
                    revision: 1,
                    name: &name,
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
