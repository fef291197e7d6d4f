//! Takes an announcement of a telephony system: all those of one call are one submission.

use bytes::Bytes;
use ids::DealId;

use super::{
    App, collector, prepare,
    submit::{at_most, open_door},
};
use crate::{
    domain::{
        door::DoorKind,
        lead::Lead,
        verdict::{Receipt, Verdict},
    },
    error::Error,
    reading::call,
    store::leads,
};

/// What the telephone shows of a call.
#[derive(Debug, Clone)]
pub struct Announced {
    pub receipt: Receipt,
    /// Card of a caller who was known before.
    pub lead: Option<Lead>,
    pub open_deal: Option<DealId>,
}

/// Takes an announcement.
pub async fn announce_call(
    app: &App,
    door_key: &str,
    body: Bytes,
    timestamp: &str,
    signature: &str,
) -> Result<Announced, Error> {
    let door = open_door(app, door_key, DoorKind::Line).await?;
    at_most("body", body.len(), call::BODY_MAX)?;
    call::verify(&door.secret, timestamp, &body, signature, app.clock.now())?;
    let receipt = collector::submit(app, prepare::call(app, &door, body)).await?;
    let known = receipt
        .lead
        .filter(|_| receipt.verdict == Verdict::Attached);
    let lead = match known {
        Some(lead) => leads::find(app.reader(), lead).await?,
        None => None,
    };
    let deal = lead
        .as_ref()
        .and_then(|lead| lead.deal.as_ref())
        .filter(|deal| deal.open);
    Ok(Announced {
        receipt,
        open_deal: deal.map(|deal| deal.id),
        lead,
    })
}
