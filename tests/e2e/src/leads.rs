//! A labelled stream of leads, and how each reaches its own door.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proto::intake::v1::LeadInput;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One lead as it stands in the file. Labels are read for nothing but counting.
#[derive(Debug, Clone, Deserialize)]
pub struct Lead {
    /// `L000001` …, in order of arrival.
    pub lead_id: String,
    /// `form`, `email`, `call`, `partner`.
    pub channel: String,
    /// RFC 3339.
    pub received_at: String,
    /// As received.
    pub full_name: Option<String>,
    /// When sent apart.
    pub given_name: Option<String>,
    /// When sent apart.
    pub family_name: Option<String>,
    /// As received.
    pub organisation: Option<String>,
    /// As received.
    pub emails: Vec<String>,
    /// As received.
    pub phones: Vec<String>,
    /// As received.
    pub city: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Text.
    pub message: Option<String>,
    /// Language of the channel.
    pub locale: String,
}

/// Reads a file of one JSON object per line.
pub fn read(path: &Path) -> Result<Vec<Lead>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    BufReader::new(file)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_>>()
        .with_context(|| path.display().to_string())
}

/// Writes `lead_id,cluster_id` for the scorer.
pub fn write_predictions(path: &Path, rows: &[(String, String)]) -> Result<()> {
    let mut file = std::io::BufWriter::new(File::create(path)?);
    writeln!(file, "lead_id,cluster_id")?;
    for (lead, cluster) in rows {
        writeln!(file, "{lead},{cluster}")?;
    }
    Ok(file.flush()?)
}

impl Lead {
    /// The JSON body of the form post.
    pub fn form(&self) -> Value {
        let mut body = Map::new();
        let single = [
            ("full_name", &self.full_name),
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
            ("organisation", &self.organisation),
            ("city", &self.city),
            ("country", &self.country),
            ("message", &self.message),
        ];
        for (name, value) in single {
            if let Some(value) = value {
                body.insert(name.to_owned(), json!(value));
            }
        }
        body.insert("emails".to_owned(), json!(self.emails));
        body.insert("phones".to_owned(), json!(self.phones));
        body.insert("locale".to_owned(), json!(self.locale));
        Value::Object(body)
    }

    /// The message as a mail program writes it: encoded words in the header, a base64 body in UTF-8,
    /// and a signature with what the sender tells of himself.
    pub fn email(&self) -> Vec<u8> {
        let address = self.emails.first().map(String::as_str).unwrap_or_default();
        let address = address.trim().trim_start_matches("mailto:");
        let from = match &self.full_name {
            Some(name) => format!("{} <{address}>", encoded_word(name)),
            None => format!("<{address}>"),
        };
        let mut text = self.message.clone().unwrap_or_default();
        text.push_str("\r\n\r\n-- \r\n");
        for part in [&self.full_name, &self.organisation, &self.city]
            .into_iter()
            .flatten()
        {
            text.push_str(part);
            text.push_str("\r\n");
        }
        for phone in &self.phones {
            text.push_str("tel. ");
            text.push_str(phone);
            text.push_str("\r\n");
        }
        let date = chrono::DateTime::parse_from_rfc3339(&self.received_at)
            .map(|at| at.to_rfc2822())
            .unwrap_or_default();
        let subject = encoded_word(self.message.as_deref().unwrap_or("-"));
        let mut mail = format!(
            "From: {from}\r\nTo: sales@example.org\r\nSubject: {subject}\r\nDate: {date}\r\n\
             Message-ID: <{}@replay.invalid>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            self.lead_id
        );
        for line in STANDARD.encode(text).as_bytes().chunks(76) {
            mail.push_str(&String::from_utf8_lossy(line));
            mail.push_str("\r\n");
        }
        mail.into_bytes()
    }

    /// One announcement of the telephone exchange, which knows what its clerk entered.
    pub fn call(&self, event: &str) -> Value {
        let mut body = json!({
            "call_id": self.lead_id,
            "event": event,
            "from": self.phones.first(),
            "to": "+37167000000",
            "at": self.received_at,
            "caller_name": self.full_name,
            "organisation": self.organisation,
            "city": self.city,
            "country": self.country,
            "note": self.message,
        });
        if event == "ended" {
            body["duration_s"] = json!(74);
        }
        body
    }

    /// The record of a partner.
    pub fn partner(&self) -> LeadInput {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        LeadInput {
            external_id: self.lead_id.clone(),
            full_name: text(&self.full_name),
            given_name: text(&self.given_name),
            family_name: text(&self.family_name),
            organisation: text(&self.organisation),
            emails: self.emails.clone(),
            phones: self.phones.clone(),
            city: text(&self.city),
            country: text(&self.country),
            locale: self.locale.clone(),
            message: text(&self.message),
            ..LeadInput::default()
        }
    }
}

/// RFC 2047, in pieces short enough for a header line and never inside a character.
fn encoded_word(text: &str) -> String {
    let mut words = Vec::new();
    let mut piece = String::new();
    for character in text.chars() {
        if piece.len() + character.len_utf8() > 45 {
            words.push(std::mem::take(&mut piece));
        }
        piece.push(character);
    }
    words.push(piece);
    let encode = |word: &String| format!("=?UTF-8?B?{}?=", STANDARD.encode(word));
    words.iter().map(encode).collect::<Vec<_>>().join("\r\n ")
}
