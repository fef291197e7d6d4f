//! The checkers: what was promised against what is there. Pure, so that they can be checked too.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    books::{Books, Submission},
    journal::{Line, What},
};

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Acknowledged or committed, and not there.
    Lost(String),
    /// Two effects of one cause.
    Doubled(String),
    /// There, but not as was said.
    Changed(String),
    /// There, and nobody asked for it.
    Stray(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(what) => write!(f, "lost: {what}"),
            Self::Doubled(what) => write!(f, "doubled: {what}"),
            Self::Changed(what) => write!(f, "changed: {what}"),
            Self::Stray(what) => write!(f, "stray: {what}"),
        }
    }
}

/// All findings as a text; empty when there are none.
pub fn report(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().take(20).map(ToString::to_string).collect();
    match findings.len() {
        0 => String::new(),
        all => format!("{all} findings:\n{}", lines.join("\n")),
    }
}

/// What each key's requests were told.
#[derive(Default)]
struct Told<'a> {
    receipts: Vec<&'a crate::journal::Receipt>,
    unknown: bool,
    attempts: usize,
    answers: usize,
}

/// Each acknowledged key has its one row, each unknown one or none, and nothing else is there.
pub fn submissions(journal: &[Line], books: &Books) -> Vec<Finding> {
    let mut told: BTreeMap<&str, Told<'_>> = BTreeMap::new();
    for line in journal {
        let told = told.entry(&line.key).or_default();
        match &line.what {
            What::Attempted => told.attempts += 1,
            What::Acknowledged(receipt) => told.receipts.push(receipt),
            What::Refused(_) => told.answers += 1,
            What::Unknown(_) => told.unknown = true,
        }
    }
    let mut rows: BTreeMap<&str, Vec<&Submission>> = BTreeMap::new();
    for row in &books.submissions {
        rows.entry(&row.key).or_default().push(row);
    }
    let mut findings = Vec::new();
    for (key, told) in &told {
        let rows = rows.get(key).map(Vec::as_slice).unwrap_or_default();
        findings.extend(key_findings(key, told, rows));
    }
    for key in rows.keys().filter(|key| !told.contains_key(**key)) {
        findings.push(Finding::Stray(format!("a submission with key {key:?}")));
    }
    findings
}

fn key_findings(key: &str, told: &Told<'_>, rows: &[&Submission]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if rows.len() > 1 {
        findings.push(Finding::Doubled(format!(
            "{key} is stored {} times",
            rows.len()
        )));
    }
    // A client that died with a request under way does not know either.
    let unknown = told.unknown || told.attempts > told.receipts.len() + told.answers;
    if told.receipts.is_empty() && !unknown && !rows.is_empty() {
        findings.push(Finding::Stray(format!("{key} is stored, but was refused")));
    }
    for receipt in &told.receipts {
        match rows.iter().find(|row| row.id == receipt.submission) {
            None => findings.push(Finding::Lost(format!("{key} as {}", receipt.submission))),
            Some(row) if row.verdict != receipt.verdict || row.lead != receipt.lead => {
                findings.push(Finding::Changed(format!(
                    "{key}: said {receipt:?}, stored {row:?}"
                )));
            }
            Some(_) => {}
        }
    }
    findings
}

/// Every verdict was said as often as it is stored, and every arrival is counted.
pub fn verdicts(journal: &[Line], books: &Books) -> Vec<Finding> {
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut acknowledged = 0_i64;
    for line in journal {
        if let What::Acknowledged(receipt) = &line.what {
            acknowledged += 1;
            said.entry(&receipt.verdict)
                .or_default()
                .insert(&receipt.submission);
        }
    }
    let mut stored: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &books.submissions {
        *stored.entry(&row.verdict).or_default() += 1;
    }
    let verdicts: BTreeSet<&str> = said.keys().chain(stored.keys()).copied().collect();
    let mut findings = Vec::new();
    for verdict in verdicts {
        let said = said.get(verdict).map_or(0, BTreeSet::len);
        let stored = stored.get(verdict).copied().unwrap_or_default();
        let what = format!("{verdict}: said {said} times, stored {stored} times");
        match said.cmp(&stored) {
            Ordering::Greater => findings.push(Finding::Lost(what)),
            Ordering::Less => findings.push(Finding::Stray(what)),
            Ordering::Equal => {}
        }
    }
    let arrivals: i64 = books.submissions.iter().map(|row| row.arrivals).sum();
    if arrivals != acknowledged {
        let what = format!("{acknowledged} acknowledgements, {arrivals} arrivals");
        findings.push(Finding::Changed(what));
    }
    findings
}

/// Each lead has its one submission, its one announcement and the notice of its owner.
pub fn leads(books: &Books) -> Vec<Finding> {
    let announced = books.created.iter().map(|created| created.lead.clone());
    let mut findings = each_once(
        "announcement of lead",
        books.leads.iter().cloned(),
        announced,
    );
    let made = books
        .submissions
        .iter()
        .filter(|row| row.verdict == "created");
    let announced: BTreeSet<(&str, &str)> = books
        .created
        .iter()
        .map(|created| (created.submission.as_str(), created.lead.as_str()))
        .collect();
    let mut makers = BTreeSet::new();
    for row in made {
        if !announced.contains(&(row.id.as_str(), row.lead.as_str())) {
            findings.push(Finding::Lost(format!(
                "announcement of what {} made",
                row.id
            )));
        }
        if !makers.insert(&row.lead) {
            findings.push(Finding::Doubled(format!("{} was made twice", row.lead)));
        }
    }
    let owned = books
        .created
        .iter()
        .filter(|created| !created.responsible.is_empty());
    let owned: BTreeSet<String> = owned.map(|created| created.lead.clone()).collect();
    findings.extend(each_once(
        "notice of new lead",
        owned,
        books.notices.iter().cloned(),
    ));
    findings
}

/// Each wanted thing is there once, and nothing else.
pub fn each_once(
    what: &str,
    wanted: impl IntoIterator<Item = String>,
    found: impl IntoIterator<Item = String>,
) -> Vec<Finding> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in found {
        *counts.entry(item).or_default() += 1;
    }
    let wanted: BTreeSet<String> = wanted.into_iter().collect();
    let mut findings = Vec::new();
    for item in &wanted {
        match counts.get(item) {
            None => findings.push(Finding::Lost(format!("{what} {item}"))),
            Some(1) => {}
            Some(count) => findings.push(Finding::Doubled(format!("{what} {item}: {count} times"))),
        }
    }
    for item in counts.keys().filter(|item| !wanted.contains(*item)) {
        findings.push(Finding::Stray(format!("{what} {item}")));
    }
    findings
}

/// A message as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// `farewell`, `new_lead` …
    pub purpose: String,
    /// Id of the lead.
    pub about: String,
    /// Address.
    pub recipient: String,
    /// Whether it must not come twice.
    pub at_most_once: bool,
    /// `accepted`, `unknown` …
    pub state: String,
    /// Without brackets.
    pub message_id: String,
}

/// A message as the mail server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Without brackets.
    pub message_id: String,
    /// Envelope recipient.
    pub recipient: String,
    /// Whether the mail server kept it.
    pub taken: bool,
}

/// Whether something still has to happen to it.
pub fn is_open(letter: &Letter) -> bool {
    matches!(letter.state.as_str(), "queued" | "handed_over")
}

/// What must not come twice came once at most, and what must not be missed was taken.
pub fn letters(letters: &[Letter], sent: &[Sent]) -> Vec<Finding> {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for one in sent {
        *taken.entry(&one.message_id).or_default() += usize::from(one.taken);
    }
    let mut findings = Vec::new();
    for letter in letters {
        let times = taken
            .get(letter.message_id.as_str())
            .copied()
            .unwrap_or_default();
        let what = format!(
            "{} about {}, {}, taken {times} times",
            letter.purpose, letter.about, letter.state
        );
        findings.extend(match letter.state.as_str() {
            _ if letter.at_most_once && times > 1 => Some(Finding::Doubled(what)),
            "accepted" if times == 0 => Some(Finding::Lost(what)),
            "rejected" if times > 0 && letter.at_most_once => Some(Finding::Changed(what)),
            "unknown" if !letter.at_most_once => Some(Finding::Lost(what)),
            "accepted" | "rejected" | "unknown" => None,
            _ => Some(Finding::Lost(what)),
        });
    }
    let known: BTreeMap<&str, &Letter> = letters
        .iter()
        .map(|letter| (letter.message_id.as_str(), letter))
        .collect();
    let mut farewells: BTreeMap<&str, usize> = BTreeMap::new();
    for one in sent {
        match known.get(one.message_id.as_str()) {
            None => findings.push(Finding::Stray(format!("mail {}", one.message_id))),
            Some(letter) if letter.recipient != one.recipient => {
                findings.push(Finding::Stray(format!(
                    "{} to {}",
                    letter.purpose, one.recipient
                )));
            }
            Some(letter) if letter.at_most_once && one.taken => {
                *farewells.entry(&letter.recipient).or_default() += 1;
            }
            Some(_) => {}
        }
    }
    let twice = farewells.into_iter().filter(|(_, times)| *times > 1);
    findings.extend(twice.map(|(to, times)| Finding::Doubled(format!("{times} letters to {to}"))));
    findings
}

#[cfg(test)]
mod tests;
