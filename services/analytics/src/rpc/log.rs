//! The log, read from any place and followed.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use futures::{Stream, StreamExt, stream};
use proto::analytics::v1::log_service_server::LogService;
use proto::analytics::v1::{ReadLogRequest, ReadLogResponse};
use proto::convert::timestamp;
use rpc::decode::{Fields, Invalid};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::reading;
use crate::store::log;
use crate::store::replay::{self, Filter, Raw};

/// Events read at once.
const PAGE: u32 = 500;
/// Between two looks at the end of the log.
const PAUSE: Duration = Duration::from_millis(200);
/// Kinds that a request may name.
const KINDS_MAX: usize = 50;
/// Events that may be asked for from the end.
const LAST_MAX: i32 = 100_000;

/// Reads the log to callers.
pub struct LogRpc {
    pub app: Arc<App>,
    /// Ends streams that would go on for ever.
    pub draining: CancellationToken,
}

type Events = Pin<Box<dyn Stream<Item = Result<ReadLogResponse, Status>> + Send>>;

#[tonic::async_trait]
impl LogService for LogRpc {
    type ReadLogStream = Events;

    async fn read_log(&self, request: Request<ReadLogRequest>) -> Result<Response<Events>, Status> {
        let wanted = decode(request.get_ref()).map_err(Error::from)?;
        let walk = self.begin(wanted).await?;
        let events = stream::unfold(walk, |mut walk| async move {
            let next = walk.next().await.transpose()?;
            Some((next.map_err(Status::from), walk))
        });
        Ok(Response::new(events.boxed()))
    }
}

/// What is asked for.
struct Wanted {
    from: From,
    filter: Filter,
    follow: bool,
}

enum From {
    Last(u32),
    After(i64, Option<Timestamp>),
}

fn decode(request: &ReadLogRequest) -> Result<Wanted, Invalid> {
    let mut fields = Fields::new();
    let after = fields.within("after_position", request.after_position, &(0..=i64::MAX));
    let last = fields.within("last", request.last, &(0..=LAST_MAX));
    let since = request.since.as_ref().map(proto::convert::to_timestamp);
    let since = match since {
        None => Some(None),
        Some(Some(since)) => Some(Some(since)),
        Some(None) => {
            fields.wrong("since", "OUT_OF_RANGE", "is no time");
            None
        }
    };
    let kinds = kinds(&mut fields, &request.kinds);
    // Ids are unique over all kinds, so the bare one tells.
    let bare = request.subject_id.rsplit('_').next();
    let bare = bare.filter(|bare| !bare.is_empty());
    let subject = fields.read("subject_id", bare.map(Uuid::try_parse).transpose());
    let follow = request.follow;
    fields.finish(|| {
        Some(Wanted {
            from: match u32::try_from(last?).ok()? {
                0 => From::After(after?, since?),
                last => From::Last(last),
            },
            filter: Filter {
                kinds: kinds?,
                subject: subject?,
            },
            follow,
        })
    })
}

fn kinds(fields: &mut Fields, wanted: &[String]) -> Option<Vec<i16>> {
    if wanted.len() > KINDS_MAX {
        fields.wrong("kinds", "TOO_MANY", format!("at most {KINDS_MAX}"));
        return None;
    }
    let known = reading::names();
    let mut numbers = Vec::new();
    for name in wanted {
        let fitting = known
            .iter()
            .filter(|(_, full)| full == name || full.rsplit('.').next() == Some(name.as_str()));
        let before = numbers.len();
        numbers.extend(fitting.map(|(number, _)| *number));
        if numbers.len() == before {
            fields.wrong(
                "kinds",
                "UNKNOWN",
                format!("{name} is no kind of event in the log"),
            );
            return None;
        }
    }
    Some(numbers)
}

/// Where a reader stands.
struct Walk {
    app: Arc<App>,
    draining: CancellationToken,
    names: HashMap<i16, String>,
    filter: Filter,
    follow: bool,
    position: i64,
    read: VecDeque<Raw>,
}

impl LogRpc {
    async fn begin(&self, wanted: Wanted) -> Result<Walk, Error> {
        let db = self.app.database().reader();
        let head = log::head(db).await?;
        let position = match wanted.from {
            From::Last(count) => replay::before_last(db, head, &wanted.filter, count).await?,
            From::After(position, None) => position,
            From::After(position, Some(since)) => {
                replay::before(db, head, since).await?.max(position)
            }
        };
        Ok(Walk {
            app: self.app.clone(),
            draining: self.draining.clone(),
            names: reading::names().into_iter().collect(),
            filter: wanted.filter,
            follow: wanted.follow,
            position,
            read: VecDeque::new(),
        })
    }
}

impl Walk {
    async fn next(&mut self) -> Result<Option<ReadLogResponse>, Error> {
        loop {
            if let Some(event) = self.read.pop_front() {
                return Ok(Some(self.encode(event)));
            }
            let db = self.app.database().reader();
            let page = replay::after(db, self.position, &self.filter, PAGE).await?;
            if let Some(last) = page.last() {
                self.position = last.position;
                self.read = page.into();
                continue;
            }
            if !self.follow {
                return Ok(None);
            }
            tokio::select! {
                () = self.draining.cancelled() => return Ok(None),
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    fn encode(&self, event: Raw) -> ReadLogResponse {
        ReadLogResponse {
            position: event.position,
            event_id: event.event.to_string(),
            kind: self.names.get(&event.kind).cloned().unwrap_or_default(),
            revision: event.revision,
            happened_at: Some(timestamp(event.at)),
            logged_at: Some(timestamp(event.kept_at)),
            payload: event.payload,
        }
    }
}
