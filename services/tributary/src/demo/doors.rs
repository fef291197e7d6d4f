//! The ways in: three doors and a partner.

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use ids::{DoorId, PartnerId};
use proto::{
    gateway::v1::CreatePartnerRequest,
    intake::v1::{
        AnnounceCallRequest, CreateDoorRequest, CreateLeadRequest, Door, DoorKind, LeadInput,
        Receipt, SubmitEmailRequest, SubmitFormRequest, SubmitLeadRequest,
    },
};
use rpc::Identity;
use serde_json::json;
use sha2::Sha256;

use super::{
    campaigns::campaign_id,
    data::{Lead, Way},
    platform::{Kind, Platform, id},
    team::{Team, agent},
};
use crate::setup;

/// Key of the form in its path.
const FORM: &str = "demo";
const MAILBOX: &str = "demo-mail";
const LINE: &str = "demo-line";
const PARTNER: &str = "Furniture portal (demo)";
/// In `data::campaigns`, the one of which visitors of the form come.
const MAILING: usize = 1;

/// What a record bears besides who it is from.
pub(super) struct Arrival<'a> {
    /// Its idempotency key.
    pub(super) key: String,
    /// Key of the form it comes by, if it comes by one.
    pub(super) form: &'a str,
    /// For records of partners and entries by hand; empty for none.
    pub(super) campaign_id: String,
    /// Who enters it, if somebody does: `staff_…`.
    pub(super) entered_by: String,
    /// Of whoever recommended us, for records that come by a form; empty for none.
    pub(super) referral_code: String,
}

pub(super) struct Doors<'a> {
    platform: &'a Platform,
    team: &'a Team,
    partner: Identity,
    /// Of the line; none when it was opened by an earlier start, which has announced its calls.
    secret: Option<String>,
}

impl<'a> Doors<'a> {
    pub(super) async fn open(platform: &'a Platform, team: &'a Team) -> anyhow::Result<Self> {
        let partner_id = PartnerId::from_uuid(id(Kind::Partner, 0)).to_string();
        let request = CreatePartnerRequest {
            partner_id: partner_id.clone(),
            name: PARTNER.to_owned(),
        };
        let mut gateway = platform.gateway(&setup::identity());
        gateway.create_partner(request).await?;
        let mut secret = None;
        for (number, door) in doors().into_iter().enumerate() {
            let door = Door {
                door_id: DoorId::from_uuid(id(Kind::Door, number)).to_string(),
                active: true,
                ..door
            };
            let request = CreateDoorRequest { door: Some(door) };
            let mut intake = platform.intake(&team.admin);
            let made = intake.create_door(request).await?.into_inner();
            secret = secret.or(Some(made.secret).filter(|it| !it.is_empty()));
        }
        Ok(Self {
            platform,
            team,
            partner: Identity::Partner {
                id: partner_id,
                name: PARTNER.to_owned(),
                sandbox: false,
            },
            secret,
        })
    }

    /// Sends a lead in; the id of the card it made or joined, none for a call of an earlier start.
    pub(super) async fn submit(
        &self,
        number: usize,
        lead: &Lead,
    ) -> anyhow::Result<Option<String>> {
        let arrival = Arrival {
            key: format!("demo-{number}"),
            form: FORM,
            campaign_id: String::new(),
            entered_by: self.team.next(number),
            referral_code: String::new(),
        };
        let Some(receipt) = self.send(&arrival, lead).await? else {
            return Ok(None);
        };
        let why = format!("{} {}", receipt.reason, receipt.detail);
        let lead_id = Some(receipt.lead_id).filter(|id| !id.is_empty());
        lead_id
            .with_context(|| format!("{}: {why}", lead.name))
            .map(Some)
    }

    /// Sends a record in; no receipt for a call of an earlier start.
    pub(super) async fn send(
        &self,
        arrival: &Arrival<'_>,
        lead: &Lead,
    ) -> anyhow::Result<Option<Receipt>> {
        let receipt = match lead.by {
            Way::Form => self.form(arrival, lead).await?,
            Way::Mail => self.mail(arrival, lead).await?,
            Way::Call => match &self.secret {
                Some(secret) => self.call(arrival, lead, secret).await?,
                None => return Ok(None),
            },
            Way::Partner => {
                let request = SubmitLeadRequest {
                    lead: Some(input(arrival, lead)),
                    validate_only: false,
                };
                let mut intake = self.platform.intake(&self.partner);
                intake.submit_lead(request).await?.into_inner().receipt
            }
            Way::Manual => {
                let agent = agent(&arrival.entered_by);
                let request = CreateLeadRequest {
                    lead: Some(input(arrival, lead)),
                    responsible_id: String::new(),
                };
                let mut intake = self.platform.intake(&agent);
                intake.create_lead(request).await?.into_inner().receipt
            }
        };
        receipt.context("the answer has no receipt").map(Some)
    }

    async fn form(&self, arrival: &Arrival<'_>, lead: &Lead) -> anyhow::Result<Option<Receipt>> {
        let body = json!({
            "full_name": lead.name,
            "email": lead.email,
            "phone": lead.phone,
            "company": lead.organisation,
            "city": lead.city,
            "country": lead.country,
            "locale": lead.locale,
            "product": lead.object,
            "message": lead.message,
            "referral_code": arrival.referral_code,
        });
        let request = SubmitFormRequest {
            door_key: arrival.form.to_owned(),
            content_type: "application/json".to_owned(),
            body: body.to_string().into_bytes(),
            idempotency_key: arrival.key.clone(),
            ..SubmitFormRequest::default()
        };
        let mut intake = self.platform.intake(&setup::identity());
        Ok(intake.submit_form(request).await?.into_inner().receipt)
    }

    async fn mail(&self, arrival: &Arrival<'_>, lead: &Lead) -> anyhow::Result<Option<Receipt>> {
        let (address, text) = (&lead.email, &lead.message);
        // Readers of mail take UTF-8 in headers (RFC 6532).
        let message = format!(
            "From: \"{}\" <{address}>\r\nTo: sales@tributary.local\r\nSubject: {}\r\n\
             Message-ID: <{}@tributary.local>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
             {text}\r\n",
            lead.name, lead.city, arrival.key,
        );
        let request = SubmitEmailRequest {
            door_key: MAILBOX.to_owned(),
            message: message.into_bytes(),
        };
        let mut intake = self.platform.intake(&setup::identity());
        Ok(intake.submit_email(request).await?.into_inner().receipt)
    }

    async fn call(
        &self,
        arrival: &Arrival<'_>,
        lead: &Lead,
        secret: &str,
    ) -> anyhow::Result<Option<Receipt>> {
        let body = json!({
            "call_id": arrival.key,
            "event": "ended",
            "from": lead.phone,
            "caller_name": lead.name,
            "organisation": lead.organisation,
            "city": lead.city,
            "country": lead.country,
            "duration_s": 95,
        })
        .to_string();
        let timestamp = self.platform.clock.now().timestamp().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        mac.update(format!("{timestamp}.{body}").as_bytes());
        let signature = format!("v1={}", hex::encode(mac.finalize().into_bytes()));
        let request = AnnounceCallRequest {
            door_key: LINE.to_owned(),
            body: body.into_bytes(),
            timestamp,
            signature,
        };
        let mut intake = self.platform.intake(&setup::identity());
        Ok(intake.announce_call(request).await?.into_inner().receipt)
    }
}

fn doors() -> [Door; 3] {
    let door = |kind: DoorKind, key: &str, name: &str| Door {
        kind: kind.into(),
        key: key.to_owned(),
        name: name.to_owned(),
        ..Door::default()
    };
    [
        Door {
            campaign_id: campaign_id(MAILING),
            ..door(DoorKind::Form, FORM, "Catalogue page")
        },
        door(DoorKind::Mailbox, MAILBOX, "sales@tributary.local"),
        Door {
            country: "LV".to_owned(),
            ..door(DoorKind::Line, LINE, "Main line")
        },
    ]
}

fn input(arrival: &Arrival<'_>, lead: &Lead) -> LeadInput {
    let list = |text: &String| match text.as_str() {
        "" => Vec::new(),
        text => vec![text.to_owned()],
    };
    LeadInput {
        external_id: arrival.key.clone(),
        campaign_id: arrival.campaign_id.clone(),
        full_name: lead.name.clone(),
        organisation: lead.organisation.clone(),
        emails: list(&lead.email),
        phones: list(&lead.phone),
        city: lead.city.clone(),
        country: lead.country.clone(),
        locale: lead.locale.clone(),
        message: lead.message.clone(),
        sale_object: lead.object.clone(),
        ..LeadInput::default()
    }
}
