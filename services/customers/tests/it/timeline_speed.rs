//! A page of a timeline costs the same however much else there is.

use customers::store::timeline::page_sql;
use ids::LeadId;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::fixture::{Base, bases, person};
use crate::links::link;
use crate::timeline::{list, of};

/// Entries of others.
const OTHERS: usize = 30_000;
/// Leads of the person, and entries of each.
const LEADS: usize = 20;
const ENTRIES: usize = 50;

/// Entries of one kind, `each` for every subject, a minute apart.
async fn fill(base: &Base, subjects: &str, each: usize) {
    let sql = format!(
        "insert into timeline_entry (source_id, kind, revision, subject_id, at, shown, variant, \
             detail, about, channel) \
         select gen_random_uuid(), 'enquiry_attached', 1, subject.id, \
             timestamptz '2026-01-01 00:00:00Z' + place * interval '1 minute', true, '', '', \
             '[]'::jsonb, 'form' \
         from ({subjects}) as subject (id) cross join generate_series(1, {each}) as place"
    );
    let tx = base.app.outbox.begin().await.unwrap();
    tx.execute_unprepared(&sql).await.unwrap();
    tx.commit().await.unwrap();
}

async fn explained(base: &Base, subjects: &[Uuid]) -> String {
    let kinds = Json::from(vec!["enquiry_attached"]);
    let values: [Value; 7] = [
        database::rows::ids(subjects.iter().copied()),
        "2027-01-01T00:00:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
            .into(),
        Uuid::max().into(),
        String::new().into(),
        chrono::DateTime::UNIX_EPOCH.into(),
        kinds.into(),
        51_i64.into(),
    ];
    let sql = format!(
        "explain (analyze, buffers) {}",
        page_sql(DbBackend::Postgres)
    );
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let reader = base.app.outbox.database().reader();
    let lines = reader.query_all_raw(statement).await.unwrap();
    let lines = lines
        .iter()
        .map(|line| line.try_get_by_index::<String>(0).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Pages of the database that the whole plan touched: the first line of buffers is that of its root.
fn touched(plan: &str) -> u64 {
    let buffers = plan.lines().find(|line| line.contains("Buffers: shared"));
    let words = buffers.unwrap().split_whitespace();
    let counts = words.filter_map(|word| word.split_once('='));
    let counts = counts.filter(|(what, _)| matches!(*what, "hit" | "read"));
    counts.map(|(_, count)| count.parse::<u64>().unwrap()).sum()
}

#[tokio::test]
async fn a_page_is_a_few_index_reads() {
    let base = bases()
        .await
        .into_iter()
        .find(|base| base.label == "postgres");
    let base = base.unwrap();
    let anna = base.record(person("Anna")).await.person_id;
    let mut leads = Vec::new();
    for _ in 0..LEADS {
        let lead = LeadId::generate();
        link(&base, &anna, &lead.to_string()).await.unwrap();
        leads.push(lead.uuid());
    }
    let others = format!(
        "select gen_random_uuid() from generate_series(1, {})",
        OTHERS / 10
    );
    fill(&base, &others, 10).await;
    let own: Vec<String> = leads
        .iter()
        .map(|lead| format!("('{lead}'::uuid)"))
        .collect();
    fill(&base, &format!("values {}", own.join(", ")), ENTRIES).await;
    let vacuum = "vacuum analyze timeline_entry";
    let reader = base.app.outbox.database().reader();
    reader.execute_unprepared(vacuum).await.unwrap();

    let plan = explained(&base, &leads).await;
    println!("{plan}");
    assert!(plan.contains("Index Only Scan Backward using timeline_entry_subject_idx"));
    assert!(!plan.contains("Seq Scan on timeline_entry"), "{plan}");
    // Per lead the way down the index, per entry of the page the way down the key and its row.
    assert!(touched(&plan) <= 450, "{} pages: {plan}", touched(&plan));

    let mut request = of(&anna);
    request.page_size = 50;
    let mut read = 0;
    loop {
        let page = list(&base, request.clone()).await.unwrap();
        read += page.entries.len();
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(read, LEADS * ENTRIES);
}
