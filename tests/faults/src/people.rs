//! People who write in: each with a name and an address of his own.

use proto::intake::v1::LeadInput;
use rand::Rng;
use serde_json::{Value, json};

const SYLLABLES: [&str; 24] = [
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va",
    "we", "xi", "yo", "zu", "bra", "cle", "dri", "flo",
];

/// Somebody who is nobody else.
#[derive(Debug, Clone)]
pub struct Person {
    /// Given and family name.
    pub name: String,
    /// Address; carries the key.
    pub email: String,
    /// Organisation; empty for most.
    pub organisation: String,
    /// What is asked.
    pub message: String,
}

impl Person {
    /// Makes up a person for a key. One in four writes for an organisation.
    pub fn invent(key: &str, dice: &mut impl Rng) -> Self {
        let name = format!("{} {}", word(dice, 3), word(dice, 4));
        let organisation = if dice.random_ratio(1, 4) {
            format!("{} Works", word(dice, 5))
        } else {
            String::new()
        };
        Self {
            name,
            // A domain of its own: those made for examples are known to be nobody's.
            email: format!("{key}@{}.eu", word(dice, 3).to_lowercase()),
            organisation,
            message: format!("An offer for {}, please", word(dice, 3)),
        }
    }

    /// The body of a form.
    pub fn form(&self) -> Value {
        let mut body = json!({
            "full_name": self.name, "email": self.email, "message": self.message,
        });
        if let Some(body) = body.as_object_mut()
            && !self.organisation.is_empty()
        {
            body.insert("company".to_owned(), json!(self.organisation));
        }
        body
    }

    /// The record of a partner.
    pub fn record(&self, key: &str) -> LeadInput {
        LeadInput {
            external_id: key.to_owned(),
            full_name: self.name.clone(),
            emails: vec![self.email.clone()],
            organisation: self.organisation.clone(),
            message: self.message.clone(),
            ..LeadInput::default()
        }
    }

    /// A letter.
    pub fn letter(&self, key: &str) -> Vec<u8> {
        format!(
            "From: {} <{}>\r\nTo: sales@example.org\r\nSubject: An enquiry\r\n\
             Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{key}>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            self.name, self.email, self.message
        )
        .into_bytes()
    }
}

fn word(dice: &mut impl Rng, syllables: usize) -> String {
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(
            SYLLABLES
                .get(dice.random_range(0..SYLLABLES.len()))
                .copied()
                .unwrap_or("a"),
        );
    }
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
