//! Messages to commands and back; the only place where wrong fields are found.

use clock::Timestamp;
use ids::{ApiKeyId, PartnerId, StaffId};
use proto::{
    convert::{timestamp, to_timestamp},
    gateway::v1 as pb,
};
use rpc::decode::{Fields, Invalid};

use crate::{
    app::{
        change_staff::ChangeStaff, make_api_key::MakeApiKey, open_staff::OpenStaff,
        sign_in::Session,
    },
    domain::{api_key::ApiKey, locale::Locale, partner::Partner, role::Role, staff::Staff},
};

const LONGEST_NAME: usize = 200;
const LONGEST_EMAIL: usize = 254;
const SHORTEST_PASSWORD: usize = 10;
const LONGEST_PASSWORD: usize = 200;
const MOST_ROLES: usize = 12;

pub(super) fn sign_in(request: pb::SignInRequest) -> Result<(String, String), Invalid> {
    let mut fields = Fields::new();
    let email = fields.text("email", &request.email, LONGEST_EMAIL);
    let fits = (1..=LONGEST_PASSWORD).contains(&request.password.chars().count());
    let password = fields.require("password", fits.then_some(request.password));
    fields.finish(|| Some((email?, password?)))
}

pub(super) fn open_staff(request: pb::CreateStaffRequest) -> Result<OpenStaff, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse_optional::<StaffId>("staff_id", &request.staff_id);
    let name = clean(&mut fields, "name", &request.name);
    let email = email(&mut fields, &request.email);
    let password = password(&mut fields, request.password);
    let locale = match request.locale.as_str() {
        "" => Some(Locale::default()),
        text => locale(&mut fields, text),
    };
    let roles = roles(&mut fields, &request.roles);
    if request.roles.is_empty() {
        fields.wrong("roles", "REQUIRED", "is required");
    }
    fields.finish(|| {
        Some(OpenStaff {
            id: id?.unwrap_or_else(StaffId::generate),
            name: name?,
            email: email?,
            password: password?,
            locale: locale?,
            roles: roles?,
        })
    })
}

pub(super) fn change_staff(request: pb::UpdateStaffRequest) -> Result<ChangeStaff, Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse::<StaffId>("staff_id", &request.staff_id);
    let name = request.name.map(|name| clean(&mut fields, "name", &name));
    let locale = request.locale.map(|text| locale(&mut fields, &text));
    let password = request.password.map(|text| password(&mut fields, text));
    let roles = roles(&mut fields, &request.roles);
    fields.finish(|| {
        Some(ChangeStaff {
            id: id?,
            name: name.flatten(),
            locale: locale.flatten(),
            password: password.flatten(),
            roles: roles.filter(|roles| !roles.is_empty()),
            active: request.active,
        })
    })
}

pub(super) fn record_partner(
    request: &pb::CreatePartnerRequest,
) -> Result<(PartnerId, String), Invalid> {
    let mut fields = Fields::new();
    let id = fields.parse_optional::<PartnerId>("partner_id", &request.partner_id);
    let name = clean(&mut fields, "name", &request.name);
    fields.finish(|| Some((id?.unwrap_or_else(PartnerId::generate), name?)))
}

pub(super) fn make_api_key(
    request: &pb::CreateApiKeyRequest,
    now: Timestamp,
) -> Result<MakeApiKey, Invalid> {
    let mut fields = Fields::new();
    let partner = fields.parse::<PartnerId>("partner_id", &request.partner_id);
    let expires_at = request.expires_at.as_ref().map(|at| {
        let at = to_timestamp(at).ok_or("is not an instant");
        fields.read("expires_at", at)
    });
    if expires_at.flatten().is_some_and(|at| at <= now) {
        fields.wrong("expires_at", "OUT_OF_RANGE", "is not in the future");
    }
    fields.finish(|| {
        Some(MakeApiKey {
            partner: partner?,
            test: request.test,
            expires_at: expires_at.flatten(),
        })
    })
}

pub(super) fn revoke_api_key(
    request: &pb::RevokeApiKeyRequest,
) -> Result<(PartnerId, ApiKeyId), Invalid> {
    let mut fields = Fields::new();
    let partner = fields.parse::<PartnerId>("partner_id", &request.partner_id);
    let id = fields.parse::<ApiKeyId>("api_key_id", &request.api_key_id);
    fields.finish(|| Some((partner?, id?)))
}

pub(super) fn session(session: &Session) -> pb::SignInResponse {
    pb::SignInResponse {
        token: session.token.clone(),
        expires_at: Some(timestamp(session.expires_at)),
        staff: Some(staff(&session.staff)),
    }
}

pub(super) fn staff(staff: &Staff) -> pb::Staff {
    pb::Staff {
        staff_id: staff.id.to_string(),
        name: staff.name.clone(),
        email: staff.email.clone(),
        locale: staff.locale.as_str().to_owned(),
        roles: staff
            .roles
            .iter()
            .map(|role| role.as_str().to_owned())
            .collect(),
        active: staff.active,
    }
}

pub(super) fn partner(partner: &Partner, keys: &[ApiKey]) -> pb::Partner {
    pb::Partner {
        partner_id: partner.id.to_string(),
        name: partner.name.clone(),
        active: partner.active,
        keys: keys.iter().map(api_key).collect(),
    }
}

pub(super) fn api_key(key: &ApiKey) -> pb::ApiKey {
    pb::ApiKey {
        api_key_id: key.id.to_string(),
        hint: key.hint.clone(),
        test: key.test,
        created_at: Some(timestamp(key.created_at)),
        expires_at: key.expires_at.map(timestamp),
        revoked_at: key.revoked_at.map(timestamp),
        last_used_at: key.last_used_at.map(timestamp),
    }
}

/// A name without control characters, which would break lists, mails and log lines.
fn clean(fields: &mut Fields, field: &str, text: &str) -> Option<String> {
    let text = fields.text(field, text, LONGEST_NAME)?;
    if text.chars().any(char::is_control) {
        fields.wrong(field, "MALFORMED", "holds control characters");
        return None;
    }
    Some(text)
}

/// An address is checked for what would break its use, not for existence.
fn email(fields: &mut Fields, text: &str) -> Option<String> {
    let text = fields.text("email", text, LONGEST_EMAIL)?;
    let plain = text.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let parts = text.rsplit_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    if !plain || !parts {
        fields.wrong("email", "MALFORMED", "is not an address");
        return None;
    }
    Some(text)
}

fn password(fields: &mut Fields, text: String) -> Option<String> {
    match text.chars().count() {
        0..SHORTEST_PASSWORD => {
            fields.wrong("password", "TOO_SHORT", "has fewer than 10 characters");
            None
        }
        SHORTEST_PASSWORD..=LONGEST_PASSWORD => Some(text),
        _ => {
            fields.wrong("password", "TOO_LONG", "is longer than 200 characters");
            None
        }
    }
}

fn locale(fields: &mut Fields, text: &str) -> Option<Locale> {
    fields.read(
        "locale",
        Locale::parse(text).ok_or("is none of en, ru, hu, lv"),
    )
}

fn roles(fields: &mut Fields, texts: &[String]) -> Option<Vec<Role>> {
    if texts.len() > MOST_ROLES {
        fields.wrong("roles", "TOO_MANY", "are too many");
        return None;
    }
    let known: Option<Vec<Role>> = texts.iter().map(|text| Role::parse(text)).collect();
    let mut roles = fields.read("roles", known.ok_or("name an unknown role"))?;
    roles.sort_unstable();
    roles.dedup();
    Some(roles)
}
