//! Decides over a stream of leads, one JSON object a line, and writes `lead_id,cluster_id`.
//!
//! `cargo run -p matching --example dedup -- leads.jsonl predictions.csv [--join-twins]`
//!
//! Every lead is decided on arrival, from earlier ones only. With `--join-twins` two persons whom
//! one lead shows to be the same end in one cluster, as a merge by hand would put them.

use std::{
    collections::HashMap,
    error::Error,
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    time::{Duration, Instant},
};

use matching::{
    email,
    identity::{Decision, Evidence, Known},
    name, phone, signature,
};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, flags @ ..] = arguments.as_slice() else {
        return Err("usage: dedup LEADS.jsonl PREDICTIONS.csv [--join-twins]".into());
    };
    let join_twins = flags.iter().any(|flag| flag == "--join-twins");
    let mut known = Known::new();
    let mut next: u32 = 0;
    let mut same_as: HashMap<u32, u32> = HashMap::new();
    let mut decided: Vec<(String, u32)> = Vec::new();
    let mut spent = Duration::ZERO;
    for line in BufReader::new(File::open(input)?).lines() {
        let lead: Value = serde_json::from_str(&line?)?;
        let started = Instant::now();
        let evidence = evidence(&lead);
        let decision = known.decide(&evidence);
        let person = match &decision {
            Decision::Same(found) => found.person,
            Decision::New | Decision::Unidentified { .. } => {
                next += 1;
                next
            }
        };
        if !matches!(decision, Decision::Unidentified { .. }) {
            known.apply(&evidence, person);
        }
        spent += started.elapsed();
        if let (Decision::Same(found), true) = (&decision, join_twins) {
            for twin in &found.twins {
                let (one, other) = (root(&same_as, *twin), root(&same_as, person));
                if one != other {
                    same_as.insert(one.max(other), one.min(other));
                }
            }
        }
        decided.push((text(&lead, "lead_id").to_owned(), person));
    }
    let mut file = BufWriter::new(File::create(output)?);
    writeln!(file, "lead_id,cluster_id")?;
    for (lead, person) in &decided {
        writeln!(file, "{lead},{}", root(&same_as, *person))?;
    }
    file.flush()?;
    let each = spent / u32::try_from(decided.len().max(1))?;
    writeln!(std::io::stderr(), "{} leads, {each:?} each", decided.len())?;
    Ok(())
}

fn evidence(lead: &Value) -> Evidence {
    let hint = phone::Hint {
        country: option(lead, "country"),
        locale: option(lead, "locale"),
    };
    let signature = signature::contacts(text(lead, "message"), hint);
    let mut emails: Vec<email::Email> = list(lead, "emails")
        .filter_map(|raw| email::canonical(raw).ok())
        .collect();
    emails.extend(signature.emails);
    let mut phones: Vec<phone::Phone> = list(lead, "phones")
        .filter_map(|raw| phone::e164(raw, hint).ok())
        .collect();
    phones.extend(signature.phones);
    let mailboxes: Vec<&str> = emails.iter().map(|email| email.local.as_str()).collect();
    let apart = format!("{} {}", text(lead, "given_name"), text(lead, "family_name"));
    let signed = signature.name.as_deref().unwrap_or("");
    let named = name::of_fields(&[text(lead, "full_name"), &apart, signed], &mailboxes);
    let evidence = emails
        .iter()
        .fold(Evidence::new(named), Evidence::with_email);
    phones.iter().fold(evidence, Evidence::with_phone)
}

fn option<'a>(lead: &'a Value, field: &str) -> Option<&'a str> {
    lead.get(field).and_then(Value::as_str)
}

fn text<'a>(lead: &'a Value, field: &str) -> &'a str {
    option(lead, field).unwrap_or("")
}

fn list<'a>(lead: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    lead.get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn root(same_as: &HashMap<u32, u32>, person: u32) -> u32 {
    let mut person = person;
    while let Some(first) = same_as.get(&person) {
        person = *first;
    }
    person
}
