//! Letters of before there were tasks.

use database::{Database, Migration};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::noon;

async fn run(database: &Database, sql: &str) -> Result<u64, database::Error> {
    let tx = database.begin().await?;
    let id = ids::MessageId::generate().uuid();
    let values = [id.into(), noon().into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let rows = tx.execute_raw(statement).await?.rows_affected();
    tx.commit().await?;
    Ok(rows)
}

fn letter(purpose: &str) -> String {
    format!(
        "insert into letter (id, purpose, subject_id, occurrence, recipient, recipient_name, locale, \
         subject, text, layout, message_id_header, planned_at) \
         values ($1, '{purpose}', 'lead_1', '1', 'a@b.eu', 'Anna', 'lv', 'Labdien', 'text', 1, 'x', $2)"
    )
}

#[tokio::test]
async fn letters_are_carried_over_to_the_wider_table() {
    let all = service::migrations(&notifications::definition());
    let before: Vec<Migration> = all
        .iter()
        .filter(|it| it.name != "widen_letter_purpose")
        .copied()
        .collect();
    assert_eq!(before.len() + 1, all.len());
    for storage in testkit::storages().await {
        let old = storage.database("notifications", &before).await;
        run(&old, &letter("farewell")).await.unwrap();
        assert!(run(&old, &letter("task")).await.is_err());
        old.close().await;
        let new = storage.database("notifications", &all).await;
        let delivery = "insert into delivery \
             (letter_id, revision, class, state, detail, attempts, not_before, give_up_at) \
             select id, 1, 'at_most_once', 'queued', '', 0, $2, $2 from letter where id <> $1";
        assert_eq!(run(&new, delivery).await.unwrap(), 1, "{}", storage.label());
        let sql = "select purpose, subject, planned_at from message".to_owned();
        let sql = Statement::from_string(new.reader().get_database_backend(), sql);
        let row = new.reader().query_one_raw(sql).await.unwrap().unwrap();
        let purpose: String = row.try_get("", "purpose").unwrap();
        let subject: String = row.try_get("", "subject").unwrap();
        let planned_at: chrono::DateTime<chrono::Utc> = row.try_get("", "planned_at").unwrap();
        assert_eq!(
            (purpose.as_str(), subject.as_str(), planned_at),
            ("farewell", "Labdien", noon()),
            "{}",
            storage.label()
        );
        run(&new, &letter("task")).await.unwrap();
        assert!(run(&new, &letter("farewell")).await.is_err(), "once each");
        assert!(run(&new, &letter("nonsense")).await.is_err());
    }
}
