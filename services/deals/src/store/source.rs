//! The JSON form of a lead's source.

use std::collections::BTreeMap;

use sea_orm::JsonValue;
use serde::{Deserialize, Serialize};

use crate::domain::source::Source;

#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Row {
    channel: String,
    name: String,
    campaign_id: String,
    activity_id: String,
    partner_id: String,
    response_id: String,
    referrer: String,
    utm: BTreeMap<String, String>,
    referral_code: String,
}

pub(super) fn write(source: &Source) -> JsonValue {
    let Source {
        channel,
        name,
        campaign_id,
        activity_id,
        partner_id,
        response_id,
        referrer,
        utm,
        referral_code,
    } = source;
    serde_json::json!({
        "channel": channel,
        "name": name,
        "campaign_id": campaign_id,
        "activity_id": activity_id,
        "partner_id": partner_id,
        "response_id": response_id,
        "referrer": referrer,
        "utm": utm,
        "referral_code": referral_code,
    })
}

pub(super) fn read(json: JsonValue) -> Result<Source, serde_json::Error> {
    let row: Row = serde_json::from_value(json)?;
    Ok(Source {
        channel: row.channel,
        name: row.name,
        campaign_id: row.campaign_id,
        activity_id: row.activity_id,
        partner_id: row.partner_id,
        response_id: row.response_id,
        referrer: row.referrer,
        utm: row.utm,
        referral_code: row.referral_code,
    })
}
