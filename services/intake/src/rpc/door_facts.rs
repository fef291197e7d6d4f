//! What a request says of a door.

use clock::Timestamp;
use ids::{ActivityId, CampaignId, DoorId, StaffId};
use proto::intake::v1;
use rpc::decode::Fields;

use super::decode::text;
use crate::{
    app::doors,
    domain::door::{Door, DoorKind},
    error::Error,
    reading::text::NAME_MAX,
};

/// Origins of one form.
const ORIGINS_MAX: usize = 50;
/// Characters of a page's address.
const URL_MAX: usize = 2_000;

pub(super) fn new_door(request: v1::CreateDoorRequest, now: Timestamp) -> Result<Door, Error> {
    let mut fields = Fields::new();
    let door = fields.require("door", request.door).unwrap_or_default();
    let read = fields.nested("door", |fields| {
        let id = fields.parse_optional("door_id", &door.door_id);
        let kind = match door.kind() {
            v1::DoorKind::Unspecified => fields.require("kind", None),
            v1::DoorKind::Form => Some(DoorKind::Form),
            v1::DoorKind::Mailbox => Some(DoorKind::Mailbox),
            v1::DoorKind::Line => Some(DoorKind::Line),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if door.key.len() > 100 || !door.key.chars().all(plain) {
            let description = "must have at most 100 letters, digits, `-` and `_`";
            fields.wrong("key", "MALFORMED", description);
        }
        let facts = door_facts(fields, &door);
        let blank = doors::blank(id?, kind?, &door.key, now);
        Some(Door {
            active: true,
            ..facts?.over(blank)
        })
    });
    Ok(fields.finish(|| read)?)
}

pub(super) fn changed_door(request: v1::UpdateDoorRequest) -> Result<Door, Error> {
    let mut fields = Fields::new();
    let mut door = fields.require("door", request.door).unwrap_or_default();
    if door.door_id.is_empty() {
        door.door_id.clone_from(&request.door_id);
    }
    if !request.door_id.is_empty() && door.door_id != request.door_id {
        fields.wrong("door_id", "MISMATCH", "is not the id of the door");
    }
    let read = fields.nested("door", |fields| {
        let id: Option<DoorId> = fields.parse("door_id", &door.door_id);
        let facts = door_facts(fields, &door);
        // Kind, key and secret are those of the stored door.
        let blank = doors::blank(Some(id?), DoorKind::Form, "unused", Timestamp::default());
        Some(Door {
            active: door.active,
            ..facts?.over(blank)
        })
    });
    Ok(fields.finish(|| read)?)
}

/// What may be changed of a door.
struct DoorFacts {
    name: String,
    campaign: Option<CampaignId>,
    activity: Option<ActivityId>,
    topic: String,
    locale: String,
    country: String,
    responsible: Option<StaffId>,
    allowed_origins: Vec<String>,
    redirect_url: String,
}

impl DoorFacts {
    fn over(self, door: Door) -> Door {
        Door {
            name: self.name,
            campaign: self.campaign,
            activity: self.activity,
            topic: self.topic,
            locale: self.locale,
            country: self.country,
            responsible: self.responsible,
            allowed_origins: self.allowed_origins,
            redirect_url: self.redirect_url,
            ..door
        }
    }
}

fn door_facts(fields: &mut Fields, door: &v1::Door) -> Option<DoorFacts> {
    let name = text(fields, "name", &door.name, NAME_MAX);
    if door.name.trim().is_empty() {
        fields.wrong("name", "REQUIRED", "is required");
    }
    let campaign = fields.parse_optional("campaign_id", &door.campaign_id);
    let activity = fields.parse_optional("activity_id", &door.activity_id);
    let topic = text(fields, "topic", &door.topic, NAME_MAX);
    let locale = text(fields, "locale", &door.locale, 10);
    let country = text(fields, "country", &door.country, 2);
    let responsible = fields.parse_optional("responsible_id", &door.responsible_id);
    let redirect_url = text(fields, "redirect_url", &door.redirect_url, URL_MAX);
    let is_page = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if !door.redirect_url.is_empty() && !is_page(&door.redirect_url) {
        fields.wrong(
            "redirect_url",
            "MALFORMED",
            "must begin with https:// or http://",
        );
    }
    if door.allowed_origins.len() > ORIGINS_MAX {
        let description = format!("has more than {ORIGINS_MAX} entries");
        fields.wrong("allowed_origins", "TOO_MANY", description);
    }
    let origins = door.allowed_origins.iter().take(ORIGINS_MAX);
    let allowed_origins: Vec<String> = origins
        .filter_map(|origin| text(fields, "allowed_origins", origin, NAME_MAX))
        .collect();
    Some(DoorFacts {
        name: name?,
        campaign: campaign?,
        activity: activity?,
        topic: topic?,
        locale: locale?,
        country: country?,
        responsible: responsible?,
        allowed_origins,
        redirect_url: redirect_url?,
    })
}
