//! `tributary parked`: events that a service gave up, to look at and to hand to it again.

use anyhow::{Context, anyhow};
use database::Database;
use messaging::parked::{self, Parked, Which};
use prost_reflect::{DescriptorPool, DynamicMessage};
use service::{Definition, settings::Shared};
use uuid::Uuid;

use crate::{
    Failure,
    cli::{self, Of, Sources},
    output::Output,
    services, setup,
};

/// Rows read at once.
const PAGE: u64 = 500;

pub(crate) async fn run(
    sources: &Sources,
    command: cli::Parked,
    output: &mut Output,
) -> Result<(), Failure> {
    let (cli::Parked::List(of) | cli::Parked::Show { of, .. } | cli::Parked::Retry { of, .. }) =
        &command;
    let services = chosen(of)?;
    let shared = setup::settings_or_dev(sources, output)?.shared()?;
    shared.names_database()?;
    let mut found = 0;
    for service in &services {
        let database = open(service, &shared).await?;
        found += match &command {
            cli::Parked::List(_) => list(service, &database, output).await?,
            cli::Parked::Show { id, .. } => show(service, &database, event(id)?, output).await?,
            cli::Parked::Retry { id, .. } => parked::retry(&database, which(id)?)
                .await
                .context(service.name)?,
        };
        database.close().await;
    }
    match (&command, found) {
        (cli::Parked::List(_), 0) => output.line("Nothing is parked."),
        (cli::Parked::Show { id, .. }, 0) => return Err(anyhow!("{id} is not parked").into()),
        (cli::Parked::Retry { id, .. }, 0) if id != ALL => {
            return Err(anyhow!("{id} is not parked, or is being retried").into());
        }
        (cli::Parked::Retry { .. }, count) => output.line(&format!(
            "{count} handed to their services again; what fails again stays parked."
        )),
        _ => {}
    }
    Ok(())
}

const ALL: &str = "all";

fn chosen(of: &Of) -> Result<Vec<Definition>, Failure> {
    let names: Vec<String> = of.service.iter().cloned().collect();
    services::named(&names).map_err(Failure::WrongUse)
}

fn event(id: &str) -> Result<Uuid, Failure> {
    let wrong = |_| Failure::WrongUse(anyhow!("{id} is not the id of an event; see `parked list`"));
    id.parse().map_err(wrong)
}

fn which(id: &str) -> Result<Which, Failure> {
    if id == ALL {
        Ok(Which::All)
    } else {
        event(id).map(Which::Event)
    }
}

async fn open(service: &Definition, shared: &Shared) -> Result<Database, Failure> {
    let database = service::connect_database(service, shared, std::time::Duration::ZERO).await?;
    let pending = service::pending(service, &database).await?;
    if pending > 0 {
        return Err(service::StartError::Pending {
            service: service.name,
            pending,
        }
        .into());
    }
    Ok(database)
}

async fn list(
    service: &Definition,
    database: &Database,
    output: &mut Output,
) -> Result<u64, Failure> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = parked::list(database, after, PAGE)
            .await
            .context(service.name)?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = Some(last.event_id);
        for event in page {
            count += 1;
            output.line(&row(&event));
        }
    }
}

fn row(event: &Parked) -> String {
    let Parked {
        event_id,
        consumer,
        kind,
        reason,
        attempts,
        parked_at,
        retrying,
        ..
    } = event;
    let state = if *retrying {
        "being retried"
    } else {
        reason.as_str()
    };
    let at = parked_at.format("%Y-%m-%d %H:%M:%SZ");
    format!("{event_id}  {at}  {consumer:<24}  {kind}  {state} after {attempts} attempts")
}

async fn show(
    service: &Definition,
    database: &Database,
    id: Uuid,
    output: &mut Output,
) -> Result<u64, Failure> {
    let events = parked::show(database, id).await.context(service.name)?;
    for event in &events {
        output.line(&row(event));
        output.line(&format!("error    {}", event.error));
        for (name, value) in &event.headers {
            output.line(&format!("header   {name}: {value}"));
        }
        output.line(&format!("content  {}", content(event)));
    }
    Ok(u64::try_from(events.len())?)
}

/// The message as JSON, or its bytes if it is none of ours.
fn content(event: &Parked) -> String {
    let json = || {
        let pool = DescriptorPool::decode(proto::DESCRIPTOR_SET).ok()?;
        let message = pool.get_message_by_name(&event.kind)?;
        let message = DynamicMessage::decode(message, event.payload.clone()).ok()?;
        serde_json::to_string_pretty(&message).ok()
    };
    json().unwrap_or_else(|| hex::encode(&event.payload))
}
