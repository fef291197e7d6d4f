//! `tributary events`: the log of all events that count, followed or read again.

use std::time::Duration;

use anyhow::{Context, anyhow};
use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use clock::Timestamp;
use prost_reflect::{DescriptorPool, DynamicMessage};
use proto::{
    analytics::v1::{ReadLogRequest, ReadLogResponse},
    convert::{timestamp, to_timestamp},
};
use serde_json::{Value, json};

use crate::{
    Failure,
    cli::{Events, Replay, Shown, Tail},
    output::Output,
    print::{plain, time},
    remote::Remote,
};

/// A whole log takes minutes; somebody who follows it, days.
const PATIENCE: Duration = Duration::from_hours(24 * 365);

pub(crate) async fn run(command: &Events, output: &mut Output) -> Result<(), Failure> {
    match command {
        Events::Tail(Tail {
            last,
            no_follow,
            shown,
        }) => {
            let request = ReadLogRequest {
                last: *last,
                follow: !no_follow,
                ..asked(shown)
            };
            show(request, shown, output).await
        }
        Events::Replay(Replay {
            after,
            since,
            follow,
            shown,
        }) => {
            let since = since.as_deref().map(moment).transpose();
            let since = since.map_err(Failure::WrongUse)?;
            let request = ReadLogRequest {
                after_position: *after,
                since: since.map(timestamp),
                follow: *follow,
                ..asked(shown)
            };
            show(request, shown, output).await
        }
    }
}

fn asked(shown: &Shown) -> ReadLogRequest {
    ReadLogRequest {
        kinds: shown.kinds.clone(),
        subject_id: shown.subject.clone(),
        ..ReadLogRequest::default()
    }
}

/// A day, its beginning; or a time.
fn moment(text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    let time = DateTime::parse_from_rfc3339(text);
    let time = time.map_err(|_| {
        anyhow!(
            "--since {text}: expected a day like 2026-08-01 or a time like 2026-08-01T12:00:00Z"
        )
    })?;
    Ok(time.with_timezone(&Utc))
}

async fn show(request: ReadLogRequest, shown: &Shown, output: &mut Output) -> Result<(), Failure> {
    let pool = DescriptorPool::decode(proto::DESCRIPTOR_SET).context("the contracts")?;
    let remote = Remote::connect(&shown.server).await?;
    let remote = remote.with_deadline(PATIENCE);
    let events = remote.log().read_log(request).await;
    let mut events = events.map_err(|it| remote.said(&it))?.into_inner();
    while let Some(event) = events.message().await.map_err(|it| remote.said(&it))? {
        let message = message(&pool, &event);
        let line = if shown.json {
            json!({
                "position": event.position,
                "event_id": event.event_id,
                "kind": event.kind,
                "revision": event.revision,
                "happened_at": exact(event.happened_at.as_ref()),
                "logged_at": exact(event.logged_at.as_ref()),
                "message": message,
            })
            .to_string()
        } else {
            let kind = event.kind.trim_start_matches("tributary.");
            let at = time(event.happened_at.as_ref());
            plain(&format!(
                "{:>9}  {at}  {kind:<38}  {message}",
                event.position
            ))
        };
        output.line(&line);
    }
    Ok(())
}

/// A time as `--since` takes it, to the last digit.
fn exact(at: Option<&prost_types::Timestamp>) -> String {
    let at = at.and_then(to_timestamp);
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        .unwrap_or_default()
}

/// The message as JSON, or its bytes if this program does not know the kind.
fn message(pool: &DescriptorPool, event: &ReadLogResponse) -> Value {
    let known = || {
        let kind = pool.get_message_by_name(&event.kind)?;
        let message = DynamicMessage::decode(kind, event.payload.as_slice()).ok()?;
        serde_json::to_value(&message).ok()
    };
    known().unwrap_or_else(|| Value::String(hex::encode(&event.payload)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_beginning() {
        for (text, wanted) in [
            ("2026-08-01", Some("2026-08-01T00:00:00+00:00")),
            (
                "2026-08-01T12:00:00+02:00",
                Some("2026-08-01T10:00:00+00:00"),
            ),
            ("yesterday", None),
            ("2026-13-01", None),
        ] {
            let found = moment(text).ok().map(|at| at.to_rfc3339());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
