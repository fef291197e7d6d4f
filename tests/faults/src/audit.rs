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
mod tests {
    use super::*;
    use crate::{books::Created, journal::Receipt};

    fn line(key: &str, what: What) -> Line {
        Line {
            key: key.to_owned(),
            what,
        }
    }

    fn receipt(n: u32) -> Receipt {
        Receipt {
            submission: format!("sub_{n}"),
            verdict: "created".to_owned(),
            lead: format!("lead_{n}"),
            replayed: false,
        }
    }

    fn row(key: &str, n: u32) -> Submission {
        let Receipt {
            submission,
            verdict,
            lead,
            ..
        } = receipt(n);
        Submission {
            id: submission,
            key: key.to_owned(),
            verdict,
            lead,
            arrivals: 1,
        }
    }

    /// Two keys acknowledged, one unknown, one refused.
    fn journal() -> Vec<Line> {
        vec![
            line("a", What::Attempted),
            line("a", What::Acknowledged(receipt(1))),
            line("b", What::Attempted),
            line("b", What::Unknown("reset".to_owned())),
            line("b", What::Attempted),
            line("b", What::Acknowledged(receipt(2))),
            line("c", What::Attempted),
            line("c", What::Unknown("reset".to_owned())),
            line("d", What::Attempted),
            line("d", What::Refused("409".to_owned())),
        ]
    }

    fn books() -> Books {
        let created = |n: u32| Created {
            lead: format!("lead_{n}"),
            submission: format!("sub_{n}"),
            responsible: "staff_1".to_owned(),
        };
        Books {
            submissions: vec![row("a", 1), row("b", 2)],
            leads: BTreeSet::from(["lead_1".to_owned(), "lead_2".to_owned()]),
            created: vec![created(1), created(2)],
            notices: vec!["lead_1".to_owned(), "lead_2".to_owned()],
        }
    }

    #[test]
    fn good_books_pass() {
        assert_eq!(submissions(&journal(), &books()), []);
        assert_eq!(leads(&books()), []);
    }

    #[test]
    fn an_unknown_outcome_may_be_one_or_none() {
        let mut books = books();
        books.submissions.push(row("c", 3));
        assert_eq!(submissions(&journal(), &books), []);
        books.submissions.push(row("c", 4));
        let findings = submissions(&journal(), &books);
        assert_eq!(
            findings,
            [Finding::Doubled("c is stored 2 times".to_owned())]
        );
    }

    #[test]
    fn a_request_under_way_when_the_client_died_is_unknown() {
        let mut journal = journal();
        journal.push(line("e", What::Attempted));
        let mut books = books();
        books.submissions.push(row("e", 5));
        assert_eq!(submissions(&journal, &books), []);
    }

    #[test]
    fn each_broken_promise_of_a_key_is_found() {
        let check = |break_it: fn(&mut Books), expected: fn(&Finding) -> bool| {
            let mut books = books();
            break_it(&mut books);
            let findings = submissions(&journal(), &books);
            assert!(findings.iter().any(expected), "{findings:?}");
        };
        check(
            |books| drop(books.submissions.remove(0)),
            |it| matches!(it, Finding::Lost(_)),
        );
        check(
            |books| books.submissions.push(row("a", 9)),
            |it| matches!(it, Finding::Doubled(_)),
        );
        check(
            |books| books.submissions[0].verdict = "held".to_owned(),
            |it| matches!(it, Finding::Changed(_)),
        );
        check(
            |books| books.submissions[1].lead = "lead_1".to_owned(),
            |it| matches!(it, Finding::Changed(_)),
        );
        check(
            |books| books.submissions.push(row("d", 9)),
            |it| matches!(it, Finding::Stray(_)),
        );
        check(
            |books| books.submissions.push(row("never sent", 9)),
            |it| matches!(it, Finding::Stray(_)),
        );
    }

    #[test]
    fn two_answers_to_one_key_are_found() {
        let mut journal = journal();
        journal.push(line("a", What::Acknowledged(receipt(7))));
        let findings = submissions(&journal, &books());
        assert_eq!(findings, [Finding::Lost("a as sub_7".to_owned())]);
    }

    #[test]
    fn verdicts_that_do_not_add_up_are_found() {
        assert_eq!(verdicts(&journal(), &books()), []);
        let check = |break_it: fn(&mut Books), expected: &str| {
            let mut books = books();
            break_it(&mut books);
            let text = report(&verdicts(&journal(), &books));
            assert!(text.contains(expected), "{text}");
        };
        check(
            |books| drop(books.submissions.pop()),
            "lost: created: said 2 times, stored 1 times",
        );
        check(
            |books| books.submissions.push(row("x", 9)),
            "stray: created: said 2 times",
        );
        check(
            |books| books.submissions[0].verdict = "held".to_owned(),
            "stray: held: said 0 times",
        );
        check(
            |books| books.submissions[0].arrivals = 3,
            "changed: 2 acknowledgements, 4 arrivals",
        );
    }

    #[test]
    fn each_broken_promise_of_a_lead_is_found() {
        let check = |break_it: fn(&mut Books), expected: &str| {
            let mut books = books();
            break_it(&mut books);
            let text = report(&leads(&books));
            assert!(text.contains(expected), "{text}");
        };
        check(
            |books| drop(books.created.remove(0)),
            "lost: announcement of lead lead_1",
        );
        check(
            |books| books.created.push(books.created[0].clone()),
            "doubled: announcement of lead",
        );
        check(
            |books| drop(books.leads.pop_first()),
            "stray: announcement of lead lead_1",
        );
        check(
            |books| drop(books.notices.remove(1)),
            "lost: notice of new lead lead_2",
        );
        check(
            |books| books.notices.push("lead_1".to_owned()),
            "doubled: notice of new lead lead_1",
        );
        check(
            |books| books.notices.push("lead_9".to_owned()),
            "stray: notice of new lead lead_9",
        );
        check(
            |books| books.submissions.push(row("x", 1)),
            "doubled: lead_1 was made twice",
        );
        check(
            |books| books.submissions[0].id = "sub_8".to_owned(),
            "lost: announcement of what",
        );
    }

    fn letter(purpose: &str, n: u32, state: &str) -> Letter {
        Letter {
            purpose: purpose.to_owned(),
            about: format!("lead_{n}"),
            recipient: format!("{n}@example.org"),
            at_most_once: purpose == "farewell",
            state: state.to_owned(),
            message_id: format!("{purpose}{n}"),
        }
    }

    fn sent(letter: &Letter, taken: bool) -> Sent {
        let (message_id, recipient) = (letter.message_id.clone(), letter.recipient.clone());
        Sent {
            message_id,
            recipient,
            taken,
        }
    }

    #[test]
    fn letters_that_came_as_they_should_pass() {
        let (bye, doubt) = (
            letter("farewell", 1, "accepted"),
            letter("farewell", 2, "unknown"),
        );
        let (refused, notice) = (
            letter("farewell", 3, "rejected"),
            letter("new_lead", 4, "accepted"),
        );
        let all = [bye.clone(), doubt.clone(), refused.clone(), notice.clone()];
        let mails = [
            sent(&bye, false),
            sent(&bye, true),
            sent(&refused, false),
            sent(&notice, true),
            sent(&notice, true),
        ];
        assert_eq!(letters(&all, &mails), []);
        assert_eq!(
            letters(&all, &[&mails[..], &[sent(&doubt, true)]].concat()),
            []
        );
    }

    #[test]
    fn each_broken_promise_of_a_letter_is_found() {
        let check = |letter: Letter, mails: &[Sent], expected: &str| {
            let text = report(&letters(&[letter], mails));
            assert!(text.contains(expected), "{text}");
        };
        let bye = letter("farewell", 1, "accepted");
        check(
            bye.clone(),
            &[sent(&bye, true), sent(&bye, true)],
            "doubled: farewell",
        );
        check(bye.clone(), &[sent(&bye, false)], "lost: farewell");
        let refused = letter("farewell", 1, "rejected");
        check(
            refused.clone(),
            &[sent(&refused, true)],
            "changed: farewell",
        );
        let waiting = letter("farewell", 1, "queued");
        check(waiting.clone(), &[], "lost: farewell about lead_1, queued");
        let notice = letter("new_lead", 1, "unknown");
        check(
            notice.clone(),
            &[sent(&notice, true)],
            "lost: new_lead about lead_1, unknown",
        );
        let stray = Sent {
            message_id: "x".to_owned(),
            ..sent(&bye, true)
        };
        check(bye.clone(), &[sent(&bye, true), stray], "stray: mail x");
        let astray = Sent {
            recipient: "other@example.org".to_owned(),
            ..sent(&bye, true)
        };
        check(
            bye.clone(),
            &[astray],
            "stray: farewell to other@example.org",
        );
        let again = Letter {
            message_id: "again".to_owned(),
            ..bye.clone()
        };
        let text = report(&letters(
            &[bye.clone(), again.clone()],
            &[sent(&bye, true), sent(&again, true)],
        ));
        assert!(
            text.contains("doubled: 2 letters to 1@example.org"),
            "{text}"
        );
    }

    #[test]
    fn a_long_report_is_cut() {
        let findings: Vec<_> = (0..30).map(|n| Finding::Lost(n.to_string())).collect();
        let text = report(&findings);
        assert!(text.starts_with("30 findings:\n"));
        assert_eq!(text.lines().count(), 21);
        assert_eq!(report(&[]), "");
    }
}
