//! The doors as intake knows them, remembered for a few seconds.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use proto::intake::v1::{Door, DoorKind, ListDoorsRequest};
use tokio::sync::Mutex;

use super::intake;
use crate::edge::{Edge, refusal::Refusal};

const PAGE_SIZE: i32 = 500;
/// With the page size, more doors than an installation has.
const MOST_PAGES: usize = 20;

type Doors = Arc<HashMap<String, Door>>;

/// Open doors for forms, by key.
pub(in crate::edge) struct Directory {
    ttl: Duration,
    /// Held while it is read anew, so that intake is asked once and not by every request.
    known: Mutex<Option<(Instant, Doors)>>,
}

impl Directory {
    pub(in crate::edge) fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            known: Mutex::default(),
        }
    }

    /// The form with this key.
    pub(super) async fn form(&self, edge: &Edge, key: &str) -> Result<Door, Refusal> {
        let doors = self.doors(edge).await?;
        doors.get(key).cloned().ok_or(Refusal::DoorUnknown)
    }

    async fn doors(&self, edge: &Edge) -> Result<Doors, Refusal> {
        let mut known = self.known.lock().await;
        if let Some((at, doors)) = &*known
            && at.elapsed() < self.ttl
        {
            return Ok(doors.clone());
        }
        match read(edge).await {
            Ok(doors) => {
                *known = Some((Instant::now(), doors.clone()));
                Ok(doors)
            }
            // Old news is better than none while intake is away.
            Err(refusal) => match &*known {
                Some((_, doors)) => Ok(doors.clone()),
                None => Err(refusal),
            },
        }
    }
}

async fn read(edge: &Edge) -> Result<Doors, Refusal> {
    let mut doors = HashMap::new();
    let mut page_token = String::new();
    for _ in 0..MOST_PAGES {
        let request = ListDoorsRequest {
            page_size: PAGE_SIZE,
            page_token,
        };
        let page = intake(edge).list_doors(request).await.map_err(|status| {
            tracing::warn!(
                error = &status as &dyn std::error::Error,
                "doors cannot be listed"
            );
            Refusal::Upstream
        })?;
        let page = page.into_inner();
        let forms = page
            .doors
            .into_iter()
            .filter(|door| door.kind() == DoorKind::Form);
        doors.extend(
            forms
                .filter(|door| door.active)
                .map(|door| (door.key.clone(), door)),
        );
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(Arc::new(doors))
}
