//! The checkers find each kind of broken promise.

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

/// An audit tells of what was done to the books.
fn assert_found(break_it: fn(&mut Books), audit: impl Fn(&Books) -> Vec<Finding>, expected: &str) {
    let mut books = books();
    break_it(&mut books);
    let text = report(&audit(&books));
    assert!(text.contains(expected), "{text}");
}

#[test]
fn verdicts_that_do_not_add_up_are_found() {
    assert_eq!(verdicts(&journal(), &books()), []);
    let check = |break_it, expected| {
        assert_found(break_it, |books| verdicts(&journal(), books), expected);
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
    let check = |break_it, expected| assert_found(break_it, leads, expected);
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
