//! Good, odd and hostile inputs for every door.

use proto::intake::v1::LeadInput;
use rand::{Rng, seq::IndexedRandom as _};
use serde_json::{Value, json};

use crate::people::Person;

/// Something for a door.
#[derive(Debug, Clone)]
pub struct Input {
    /// Distinct in the journal.
    pub key: String,
    /// The door and what it is given.
    pub post: Post,
}

/// What is sent.
#[derive(Debug, Clone)]
pub enum Post {
    /// To the form door, as bytes of a type, with or without an `Idempotency-Key`.
    Form(&'static str, Vec<u8>, bool),
    /// To the mailbox.
    Letter(Vec<u8>),
    /// To the telephone line.
    Call(Value),
    /// The unary call of a partner.
    Record(Box<LeadInput>),
    /// An entry of staff.
    Entry(Value),
}

/// Kinds of inputs; each is made anew for its number.
const KINDS: usize = 28;

const JSON: &str = "application/json";
const ENCODED: &str = "application/x-www-form-urlencoded";

/// Texts that have broken programs before.
const ODD: [&str; 10] = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "Ærøskøbing \u{202e}gnirts",
    "ａｂｃ \u{200b}\u{feff}",
    "'; drop table lead; --",
    "{{7*7}} ${7*7} %s%s%n",
    "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}",
    "Щербаков-Ґудзь Їжак",
    "a\u{301}\u{301}\u{301}\u{301}",
    "\r\nBcc: all@example.org",
];

/// So many inputs of all kinds.
pub fn mixed(count: usize, dice: &mut impl Rng) -> Vec<Input> {
    let mut previous = Person::invent("mix", dice);
    (0..count)
        .map(|number| {
            let key = format!("mix-{number}");
            let person = Person::invent(&key, dice);
            let before = std::mem::replace(&mut previous, person.clone());
            let odd = ODD.choose(dice).copied().unwrap_or_default();
            let post = match number % KINDS {
                // Somebody asks for something else.
                3 => json_form(
                    &Person {
                        message: person.message,
                        ..before
                    }
                    .form(),
                ),
                kind @ (0..3 | 4..14) => form(kind, &key, &person, odd),
                kind @ 14..20 => letter(kind, &key, &person, odd),
                kind @ 20..24 => record(kind, &key, &person, odd),
                24 | 25 => call(number, &person, odd),
                _ => entry(number, &key, &person),
            };
            Input { key, post }
        })
        .collect()
}

/// One good input for each door, whose keys begin with `name`.
pub fn good(name: &str, count: usize, dice: &mut impl Rng) -> Vec<Input> {
    (0..count)
        .map(|number| {
            let key = format!("{name}-{number}");
            let person = Person::invent(&key, dice);
            let post = match number % 3 {
                0 => json_form(&person.form()),
                1 => Post::Letter(person.letter(&key)),
                _ => Post::Record(Box::new(person.record(&key))),
            };
            Input { key, post }
        })
        .collect()
}

fn json_form(body: &Value) -> Post {
    Post::Form(JSON, body.to_string().into_bytes(), true)
}

fn form(kind: usize, key: &str, person: &Person, odd: &str) -> Post {
    let email = &person.email;
    match kind {
        0 | 2 => json_form(&person.form()),
        // More than any form has.
        1 => json_form(&json!({"name": person.name, "message": "x".repeat(70_000)})),
        4 => Post::Form(
            ENCODED,
            format!("your-name=Ann+{key}&e-mail={email}").into_bytes(),
            false,
        ),
        5 => json_form(&json!({"name": odd, "email": email, "message": odd, "company": odd})),
        // Nobody in it, or nothing.
        6 => json_form(&json!({"message": format!("What does {key} cost?")})),
        7 => json_form(&json!({"company": person.name, "email": "info@fieldmills.eu"})),
        8 => json_form(&json!({})),
        // Programs, not people.
        9 => json_form(
            &json!({"name": person.name, "email": email, "website_url": "https://x.example"}),
        ),
        10 => json_form(&json!({"name": person.name, "email": email,
            "message": "https://a.example https://b.example https://c.example buy"})),
        11 => json_form(&json!({"message": "[url=https://a.example]buy[/url]"})),
        // Broken.
        12 => Post::Form(
            JSON,
            format!("{{\"name\":\"\\ud800\",\"key\":\"{key}\"").into_bytes(),
            true,
        ),
        _ => {
            let deep = format!("{}1{}", "{\"a\":".repeat(3_000), "}".repeat(3_000));
            Post::Form(JSON, deep.into_bytes(), true)
        }
    }
}

fn letter(kind: usize, key: &str, person: &Person, odd: &str) -> Post {
    let head = |more: &str| {
        format!(
            "From: {} <{}>\r\nTo: sales@example.org\r\nSubject: {key}\r\n{more}Message-ID: <{key}>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n",
            person.name, person.email
        )
    };
    Post::Letter(match kind {
        14 | 15 => person.letter(key),
        16 => [head("").as_bytes(), odd.as_bytes(), b"\0\xff\xfe\r\n"].concat(),
        17 => (head("Auto-Submitted: auto-replied\r\n") + "I am away").into_bytes(),
        18 => (head("List-Id: <news.example.org>\r\nPrecedence: list\r\n") + "News").into_bytes(),
        // A boundary that never comes, and a charset that does not exist.
        _ => format!(
            "From: {}\r\nMessage-ID: <{key}>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=x-none\r\n\r\n{odd}",
            person.email
        )
        .into_bytes(),
    })
}

fn record(kind: usize, key: &str, person: &Person, odd: &str) -> Post {
    let record = person.record(key);
    let record = match kind {
        20 => record,
        // More addresses than anybody has.
        21 => LeadInput {
            emails: vec![person.email.clone(); 11],
            ..record
        },
        22 => LeadInput {
            full_name: odd.to_owned(),
            message: odd.to_owned(),
            ..record
        },
        _ => LeadInput {
            full_name: String::new(),
            emails: vec!["no address".to_owned()],
            phones: vec!["12".to_owned()],
            ..record
        },
    };
    Post::Record(Box::new(record))
}

fn call(number: usize, person: &Person, odd: &str) -> Post {
    let events = ["ringing", "answered", "ended"];
    let event = events.into_iter().nth(number % 3);
    let from = format!("+3712{:07}", number % 10_000_000);
    Post::Call(json!({
        "call_id": format!("mix-{number}"), "event": event, "from": from, "to": "+37167000000",
        "at": "2026-11-22T10:00:00Z", "caller_name": person.name, "note": odd,
    }))
}

fn entry(number: usize, key: &str, person: &Person) -> Post {
    let lead = if number.is_multiple_of(2) {
        json!({"externalId": key, "fullName": person.name, "emails": [person.email]})
    } else {
        json!({"externalId": key, "organisation": "Nobody Ltd"})
    };
    Post::Entry(json!({"lead": lead}))
}
