//! Posts of web forms: JSON or form-encoded, with the field names that sites use.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Digest, Draft, Place, Read, text};
use crate::domain::{contact::PersonName, reason::Reason};

/// A larger post is refused before it is read.
pub const BODY_MAX: usize = 64 * 1024;
/// Fields looked at; a form of people has fewer.
const FIELDS_MAX: usize = 200;
/// Field that makes a repeat of the same rendered page known.
const TOKEN: &str = "render_token";

/// What a field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    FullName,
    GivenName,
    FamilyName,
    Email,
    Phone,
    Organisation,
    Message,
    Topic,
    SaleObject,
    Locale,
    City,
    Country,
    Referrer,
    ReferralCode,
    PrivatePerson,
    Honeypot,
}

/// Names of fields, in lower case and with `_` for what separates words.
const ALIASES: &[(&str, Meaning)] = &[
    ("name", Meaning::FullName),
    ("full_name", Meaning::FullName),
    ("fullname", Meaning::FullName),
    ("contact_name", Meaning::FullName),
    ("fio", Meaning::FullName),
    ("first_name", Meaning::GivenName),
    ("firstname", Meaning::GivenName),
    ("given_name", Meaning::GivenName),
    ("last_name", Meaning::FamilyName),
    ("lastname", Meaning::FamilyName),
    ("surname", Meaning::FamilyName),
    ("family_name", Meaning::FamilyName),
    ("email", Meaning::Email),
    ("e_mail", Meaning::Email),
    ("mail", Meaning::Email),
    ("email_address", Meaning::Email),
    ("email2", Meaning::Email),
    ("emails", Meaning::Email),
    ("phone", Meaning::Phone),
    ("phone_number", Meaning::Phone),
    ("telephone", Meaning::Phone),
    ("tel", Meaning::Phone),
    ("mobile", Meaning::Phone),
    ("phone2", Meaning::Phone),
    ("phones", Meaning::Phone),
    ("company", Meaning::Organisation),
    ("company_name", Meaning::Organisation),
    ("organisation", Meaning::Organisation),
    ("organization", Meaning::Organisation),
    ("firm", Meaning::Organisation),
    ("message", Meaning::Message),
    ("comment", Meaning::Message),
    ("comments", Meaning::Message),
    ("question", Meaning::Message),
    ("text", Meaning::Message),
    ("subject", Meaning::Message),
    ("topic", Meaning::Topic),
    ("product", Meaning::SaleObject),
    ("sale_object", Meaning::SaleObject),
    ("service", Meaning::SaleObject),
    ("locale", Meaning::Locale),
    ("lang", Meaning::Locale),
    ("language", Meaning::Locale),
    ("city", Meaning::City),
    ("country", Meaning::Country),
    ("referrer", Meaning::Referrer),
    ("referer", Meaning::Referrer),
    ("referral", Meaning::Referrer),
    ("ref", Meaning::ReferralCode),
    ("referral_code", Meaning::ReferralCode),
    ("private_person", Meaning::PrivatePerson),
    ("website_url", Meaning::Honeypot),
    ("_gotcha", Meaning::Honeypot),
    ("honeypot", Meaning::Honeypot),
];

/// A post and what came with it.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    pub content_type: &'a str,
    pub body: &'a [u8],
    /// Of the header; empty when none.
    pub idempotency_key: &'a str,
}

/// What a post says, with what belongs to the source of the submission.
#[derive(Debug, Clone)]
pub struct FormRead {
    pub read: Read,
    pub referrer: String,
    pub utm: BTreeMap<String, String>,
    pub referral_code: String,
}

/// Reads a post.
pub fn read(post: Post<'_>, place: Place<'_>) -> FormRead {
    let header_key = Some(post.idempotency_key.to_owned()).filter(|key| !key.is_empty());
    let fields = match fields(post) {
        Ok(fields) => fields,
        Err(detail) => {
            let hash = Digest::new().part(post.body).finish();
            let read = Read {
                key: header_key,
                ..Read::refused(Reason::MalformedBody, detail, hash)
            };
            return FormRead {
                read,
                referrer: String::new(),
                utm: BTreeMap::new(),
                referral_code: String::new(),
            };
        }
    };
    let token = fields
        .iter()
        .find(|(name, _)| name == TOKEN)
        .map(|(_, value)| value.clone());
    let key =
        header_key.or(token.filter(|token| !token.is_empty() && token.len() <= text::KEY_MAX));
    let utm = utm(&fields);
    let referrer = first(&fields, Meaning::Referrer).unwrap_or_default();
    let referral_code = referral(&fields);
    FormRead {
        read: read_fields(&fields, key, place),
        referrer,
        utm,
        referral_code,
    }
}

fn read_fields(fields: &[(String, String)], key: Option<String>, place: Place<'_>) -> Read {
    let hash = content(fields);
    if first(fields, Meaning::Honeypot).is_some() {
        let refused = Read::refused(Reason::Honeypot, Reason::Honeypot.text(), hash);
        return Read { key, ..refused };
    }
    let mut draft = Draft::at(place);
    let told = |meaning| first(fields, meaning).unwrap_or_default();
    draft.place(&told(Meaning::Country), &told(Meaning::Locale));
    for (name, value) in fields {
        match meaning(name) {
            Some(Meaning::Email) => draft.email(name, value),
            Some(Meaning::Phone) => draft.phone(name, value),
            _ => {}
        }
    }
    draft.evidence.organisation = draft.line(&told(Meaning::Organisation));
    draft.evidence.city = draft.line(&told(Meaning::City));
    draft.evidence.sale_object = draft.line(&told(Meaning::SaleObject));
    if let Some(topic) = first(fields, Meaning::Topic) {
        draft.evidence.topic = draft.line(&topic);
    }
    draft.evidence.message = draft.block(&messages(fields));
    draft.evidence.private_person = is_yes(&told(Meaning::PrivatePerson));
    let name = PersonName {
        full: told(Meaning::FullName),
        given: told(Meaning::GivenName),
        family: told(Meaning::FamilyName),
    };
    draft.finish(&name, key, hash)
}

/// What the post says, whatever the order of its fields; without what differs on each rendering.
fn content(fields: &[(String, String)]) -> super::ContentHash {
    let mut said: Vec<&(String, String)> =
        fields.iter().filter(|(name, _)| name != TOKEN).collect();
    said.sort();
    said.iter()
        .fold(Digest::new(), |digest, (name, value)| {
            digest.part(name).part(value)
        })
        .finish()
}

fn fields(post: Post<'_>) -> Result<Vec<(String, String)>, String> {
    let kind = post
        .content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let body = post.body;
    let looks_like_json = body.trim_ascii_start().starts_with(b"{");
    let mut fields = Vec::new();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => {
            for (name, value) in form_urlencoded::parse(body) {
                push(&mut fields, &name, value.into_owned());
            }
        }
        // Pages that post with `sendBeacon` cannot name JSON.
        "application/json" => flatten(json(body)?, &mut fields)?,
        "text/plain" | "" if looks_like_json => flatten(json(body)?, &mut fields)?,
        other => return Err(format!("content type {other:.100?} is not read here")),
    }
    Ok(fields)
}

fn json(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}"))
}

fn flatten(value: Value, fields: &mut Vec<(String, String)>) -> Result<(), String> {
    let Value::Object(object) = value else {
        return Err("not a JSON object".to_owned());
    };
    for (name, value) in object {
        match value {
            Value::Object(_) => flatten(value, fields)?,
            Value::Array(items) => {
                let texts = items.iter().filter_map(scalar);
                if is_contact(&name) {
                    texts.for_each(|text| push(fields, &name, text));
                } else {
                    push(fields, &name, texts.collect::<Vec<_>>().join(", "));
                }
            }
            other => push(fields, &name, scalar(&other).unwrap_or_default()),
        }
    }
    Ok(())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn push(fields: &mut Vec<(String, String)>, name: &str, value: String) {
    if fields.len() < FIELDS_MAX && !value.trim().is_empty() {
        let name: String = name.chars().take(text::NAME_MAX).collect();
        let name = name.trim().to_lowercase().replace(['-', ' ', '.'], "_");
        fields.push((name, value));
    }
}

/// Each of several addresses or numbers is one by itself.
fn is_contact(name: &str) -> bool {
    matches!(
        meaning(&name.to_lowercase()),
        Some(Meaning::Email | Meaning::Phone)
    )
}

fn meaning(name: &str) -> Option<Meaning> {
    let bare = name.strip_prefix("your_").unwrap_or(name);
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == bare)
        .map(|(_, meaning)| *meaning)
}

fn first(fields: &[(String, String)], wanted: Meaning) -> Option<String> {
    fields
        .iter()
        .find(|(name, _)| meaning(name) == Some(wanted))
        .map(|(_, value)| value.clone())
}

fn messages(fields: &[(String, String)]) -> String {
    let told = fields
        .iter()
        .filter(|(name, _)| meaning(name) == Some(Meaning::Message));
    told.map(|(_, value)| value.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_yes(value: &str) -> bool {
    matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "true" | "1" | "yes" | "on"
    )
}

fn utm(fields: &[(String, String)]) -> BTreeMap<String, String> {
    let named = fields.iter().filter(|(name, _)| name.starts_with("utm_"));
    named
        .take(super::draft::CONTACTS_MAX)
        .map(|(name, value)| (name.clone(), text::line(value, text::NAME_MAX).text))
        .collect()
}

fn referral(fields: &[(String, String)]) -> String {
    let code = first(fields, Meaning::ReferralCode).unwrap_or_default();
    text::line(&code, text::REFERRAL_MAX).text
}

/// Campaign parameters of a page's address.
pub fn utm_of(page: &str) -> BTreeMap<String, String> {
    utm(&parameters(page))
}

/// Code of whoever brought the person, of a page's address.
pub fn referral_of(page: &str) -> String {
    referral(&parameters(page))
}

fn parameters(page: &str) -> Vec<(String, String)> {
    let query = page.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .take(FIELDS_MAX)
        .map(|(name, value)| (name.to_lowercase(), value.into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::{Evidence, Reading};

    fn post(content_type: &str, body: &str) -> FormRead {
        let post = Post {
            content_type,
            body: body.as_bytes(),
            idempotency_key: "",
        };
        read(
            post,
            Place {
                country: "LV",
                locale: "lv",
                topic: "mills",
                partner: false,
            },
        )
    }

    fn evidence(read: &Read) -> &Evidence {
        read.evidence().unwrap()
    }

    const JSON: &str = "application/json";
    const ENCODED: &str = "application/x-www-form-urlencoded";

    #[test]
    fn both_encodings_say_the_same() {
        let json = post(
            JSON,
            r#"{"Your-Name":"Nora Field","email":"Nora@Field.eu","tel":"26 555 142","utm_source":"x","company":"Field Mills","message":"a"}"#,
        );
        let encoded = post(
            ENCODED,
            "your-name=Nora+Field&email=Nora%40Field.eu&tel=26+555+142&utm_source=x&company=Field+Mills&message=a",
        );
        assert_eq!(evidence(&json.read), evidence(&encoded.read));
        assert_eq!(json.read.content_hash, encoded.read.content_hash);
        let evidence = evidence(&json.read);
        assert_eq!(evidence.name.full, "Nora Field");
        assert_eq!(evidence.emails[0].canonical, "nora@field.eu");
        assert_eq!(evidence.phones[0].e164, "+37126555142");
        assert_eq!(
            (evidence.topic.as_str(), evidence.locale.as_str()),
            ("mills", "lv")
        );
        assert_eq!(json.utm["utm_source"], "x");
    }

    #[test]
    fn the_token_of_a_page_is_its_key_and_not_its_content() {
        let one = post(JSON, r#"{"name":"Nora","render_token":"a"}"#).read;
        let other = post(JSON, r#"{"render_token":"b","name":"Nora"}"#).read;
        assert_eq!(one.key.as_deref(), Some("a"));
        assert_eq!(one.content_hash, other.content_hash);
    }

    #[test]
    fn a_filled_trap_and_broken_bodies_are_refused() {
        let deep = format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000));
        for (kind, body, reason) in [
            (
                JSON,
                r#"{"name":"Nora","website_url":"https://x"}"#,
                Reason::Honeypot,
            ),
            (JSON, "{", Reason::MalformedBody),
            (JSON, "[]", Reason::MalformedBody),
            (JSON, "", Reason::MalformedBody),
            (JSON, "{\"name\":\"\\ud800\"}", Reason::MalformedBody),
            (JSON, deep.as_str(), Reason::MalformedBody),
            ("application/xml", "<a/>", Reason::MalformedBody),
        ] {
            match post(kind, body).read.reading {
                Reading::Refused { reason: found, .. } => assert_eq!(found, reason, "{body:.40}"),
                Reading::Evidence(_) => panic!("{body:.40} was read"),
            }
        }
    }

    #[test]
    fn bad_contacts_are_named() {
        let read = post(JSON, r#"{"name":"Nora Field","email":"nora","phone":"12"}"#).read;
        assert_eq!(
            evidence(&read).complaints(),
            "email: EMAIL_NO_AT; phone: PHONE_TOO_SHORT"
        );
    }

    #[test]
    fn campaign_parameters_of_the_page_are_read() {
        let utm = utm_of("https://field.eu/?utm_source=news&UTM_medium=mail&x=1#utm_term=no");
        assert_eq!(
            utm.into_keys().collect::<Vec<_>>(),
            ["utm_medium", "utm_source"]
        );
    }

    #[test]
    fn the_code_of_a_referrer_is_a_field_or_a_parameter_of_the_page() {
        for (body, code) in [
            (r#"{"name":"Nora","referral_code":" K7MX2 "}"#, "K7MX2"),
            (r#"{"name":"Nora","Ref":"k7mx2"}"#, "k7mx2"),
            (r#"{"name":"Nora","referral":"a friend"}"#, ""),
        ] {
            assert_eq!(post(JSON, body).referral_code, code, "{body}");
        }
        assert_eq!(referral_of("https://field.eu/?a=1&ref=K7MX2#x"), "K7MX2");
        assert_eq!(referral_of("https://field.eu/"), "");
        let long = format!("https://field.eu/?ref={}", "x".repeat(5_000));
        assert_eq!(referral_of(&long).len(), text::REFERRAL_MAX);
    }
}
