//! What the databases hold, as the checkers read it: behind the doors, not through them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use database::Database;
use e2e::{Platform, platform::SERVICES};
use ids::{LeadId, SubmissionId};
use messaging::RawEvent;
use proto::intake::v1::LeadCreated;
use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};
use uuid::Uuid;

/// Everything the intake checkers look at.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// Rows of `submission`.
    pub submissions: Vec<Submission>,
    /// Ids of the leads.
    pub leads: BTreeSet<String>,
    /// Announcements of new leads.
    pub created: Vec<Created>,
    /// The lead of each row that tells staff of a new lead.
    pub notices: Vec<String>,
}

/// A stored submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// `sub_…`.
    pub id: String,
    /// By which a repeat is known; empty when there is none.
    pub key: String,
    /// `created`, `attached` …
    pub verdict: String,
    /// `lead_…`, empty when none.
    pub lead: String,
    /// How often it came.
    pub arrivals: i64,
}

/// The announcement of a new lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// `lead_…`.
    pub lead: String,
    /// `sub_…`.
    pub submission: String,
    /// `staff_…`, empty when nobody is.
    pub responsible: String,
}

/// The databases of all services.
pub struct Databases(BTreeMap<&'static str, Database>);

impl Databases {
    /// Opens them all.
    pub async fn open(platform: &Platform) -> Result<Self> {
        let mut all = BTreeMap::new();
        for service in SERVICES {
            all.insert(service, platform.database(service).await?);
        }
        Ok(Self(all))
    }

    /// That of a service.
    pub fn of(&self, service: &str) -> Result<&Database> {
        self.0
            .get(service)
            .with_context(|| format!("no service {service}"))
    }

    /// All events that a service has committed.
    pub async fn events(&self, service: &str) -> Result<Vec<RawEvent>> {
        Ok(messaging::outbox::retained(self.of(service)?).await?)
    }

    /// The intake books.
    pub async fn books(&self) -> Result<Books> {
        self.books_without(&BTreeSet::new()).await
    }

    /// The intake books without events that are none of intake's.
    pub async fn books_without(&self, foreign: &BTreeSet<Uuid>) -> Result<Books> {
        let intake = self.of("intake")?;
        let stored =
            "select id, idempotency_key, message_id, verdict, lead_id, arrivals from submission";
        let submissions = query(intake, stored, []).await?;
        let leads = query(intake, "select id from lead", []).await?;
        let notices = "select subject_id from message where purpose = 'new_lead'";
        let notices = query(self.of("notifications")?, notices, []).await?;
        let mut events = self.events("intake").await?;
        events.retain(|event| !foreign.contains(&event.id));
        Ok(Books {
            submissions: submissions.iter().map(submission).collect::<Result<_>>()?,
            leads: leads
                .iter()
                .map(|row| lead(row, "id"))
                .collect::<Result<_>>()?,
            created: created(&events)?,
            notices: notices
                .iter()
                .map(|row| Ok(row.try_get("", "subject_id")?))
                .collect::<Result<_>>()?,
        })
    }

    /// Gives the connections back.
    pub async fn close(self) {
        for database in self.0.into_values() {
            database.close().await;
        }
    }
}

/// The announcements of new leads among events.
pub fn created(events: &[RawEvent]) -> Result<Vec<Created>> {
    let kind = <LeadCreated as prost::Name>::full_name();
    let created = events.iter().filter(|event| event.kind == kind);
    created
        .map(|event| {
            let message = event.decode::<LeadCreated>()?.message;
            Ok(Created {
                lead: message.lead_id,
                submission: message.submission_id,
                responsible: message.responsible_id,
            })
        })
        .collect()
}

/// Rows of a query.
pub async fn query(
    database: &Database,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>> {
    let statement = Statement::from_sql_and_values(database.backend().into(), sql, values);
    Ok(database.reader().query_all_raw(statement).await?)
}

/// The number a query answers.
pub async fn count(
    database: &Database,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<i64> {
    let rows = query(database, sql, values).await?;
    Ok(rows.first().context("no rows")?.try_get_by_index(0)?)
}

/// Texts of the first column.
pub async fn texts(database: &Database, sql: &str) -> Result<Vec<String>> {
    let rows = query(database, sql, []).await?;
    rows.iter()
        .map(|row| Ok(row.try_get_by_index(0)?))
        .collect()
}

fn submission(row: &QueryResult) -> Result<Submission> {
    let id: Uuid = row.try_get("", "id")?;
    let key: Option<String> = row.try_get("", "idempotency_key")?;
    let message: Option<String> = row.try_get("", "message_id")?;
    let lead: Option<Uuid> = row.try_get("", "lead_id")?;
    let arrivals: i32 = row.try_get("", "arrivals")?;
    Ok(Submission {
        id: SubmissionId::from_uuid(id).to_string(),
        // A letter is known by its Message-ID, and by more that only intake knows.
        key: message
            .filter(|id| !id.is_empty())
            .or(key)
            .unwrap_or_default(),
        verdict: row.try_get("", "verdict")?,
        lead: lead
            .map(|id| LeadId::from_uuid(id).to_string())
            .unwrap_or_default(),
        arrivals: i64::from(arrivals),
    })
}

fn lead(row: &QueryResult, column: &str) -> Result<String> {
    let id: Uuid = row.try_get("", column)?;
    Ok(LeadId::from_uuid(id).to_string())
}
