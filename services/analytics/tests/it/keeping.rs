//! What of an event is kept.

use proto::intake::v1::LeadReopened;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use testkit::Storage;

use crate::story::{CANARY, company};
use crate::world::{World, worlds};

/// All that a PostgreSQL database holds for the service, as text.
async fn dump(world: &World) -> String {
    let reader = world.app.database().reader();
    let query = |sql: String| Statement::from_string(DbBackend::Postgres, sql);
    let tables = "select tablename::text from pg_tables where schemaname = 'analytics'";
    let mut text = String::new();
    let mut count = 0;
    for row in reader
        .query_all_raw(query(tables.to_owned()))
        .await
        .unwrap()
    {
        let table: String = row.try_get_by_index(0).unwrap();
        let rows =
            format!("select coalesce(string_agg(t::text, ' '), '') from analytics.{table} t");
        let rows = reader.query_one_raw(query(rows)).await.unwrap().unwrap();
        let rows: String = rows.try_get_by_index(0).unwrap();
        text.push_str(&rows);
        count += 1;
    }
    assert!(count > 40, "{count} tables");
    text
}

fn hex(text: &str) -> String {
    database::rows::bytes(text.as_bytes())
}

#[tokio::test]
async fn nothing_is_kept_of_who_somebody_is() {
    let world = World::on(Storage::postgres().await).await;
    let company = company(&world);
    world.hand_over_all(&company.events).await;
    world.catch_up().await;
    let text = dump(&world).await;
    // That what is kept would be found: a name that counts, as text and within a payload.
    assert!(text.contains("Autumn") && text.contains(&hex("Autumn")));
    assert!(!text.contains(CANARY) && !text.contains(&hex(CANARY)));

    let world = World::on(Storage::sqlite()).await;
    world.hand_over_all(&company.events).await;
    world.catch_up().await;
    let folder = world.folder();
    world.app.database().close().await;
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(holds("Autumn"));
    assert!(!holds(CANARY));
}

#[tokio::test]
async fn an_event_without_a_proper_id_is_refused() {
    for world in worlds().await {
        for lead_id in ["", "lead_1", "deal_0198c2f05c7a7d3f8b1e6a2c4d5e6f70"] {
            let message = LeadReopened {
                lead_id: lead_id.to_owned(),
                ..LeadReopened::default()
            };
            let event = world.event(&message, 1);
            let error = world.hand_over(&event).await.unwrap_err();
            assert_eq!(
                error.reason(),
                "FIELDS_INVALID",
                "{} {lead_id}",
                world.label
            );
        }
        world.catch_up().await;
        assert!(world.figures().await.is_empty());
    }
}
