//! The rules of the decision, told as short streams of submissions.

use matching::{
    email,
    identity::{Change, Decision, Evidence, Holder, Key, Kind, Known, UnknownKind},
    name::{self, Agreement},
    phone,
};

/// A line of a story: name, contacts, and who should be found.
type Step<'a> = (&'a str, &'a [&'a str], Expected);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    New(u32),
    Same(u32),
    Nobody,
}
use Expected::{New, Nobody, Same};

const MAIL: &str = "nora.field@mill.lv";
const OTHER_MAIL: &str = "nfield@inbox.lv";
const ROLE: &str = "info@mill.lv";
const MOBILE: &str = "+371 26 555 142";
const OTHER_MOBILE: &str = "+371 26 555 143";
const LINE: &str = "+371 67 555 142";
const LINE_78: &str = "+371 67 555 142 ext. 78";
const LINE_79: &str = "+371 67 555 142 ext. 79";

fn evidence(name: &str, contacts: &[&str]) -> Evidence {
    contacts
        .iter()
        .fold(Evidence::new(name::fold(name)), |evidence, raw| {
            if raw.contains('@') {
                evidence.with_email(&email::canonical(raw).unwrap())
            } else {
                evidence.with_phone(&phone::e164(raw, phone::Hint::default()).unwrap())
            }
        })
}

fn check(story: &[Step<'_>]) {
    let mut known = Known::new();
    for (index, (name, contacts, expected)) in story.iter().enumerate() {
        let evidence = evidence(name, contacts);
        let found = match (known.decide(&evidence), expected) {
            (Decision::Same(found), _) => Same(found.person),
            (Decision::New, New(person)) => New(*person),
            (Decision::New, _) => New(0),
            (Decision::Unidentified { .. }, _) => Nobody,
        };
        assert_eq!(found, *expected, "step {index}: {name} {contacts:?}");
        if let New(person) | Same(person) = found {
            known.apply(&evidence, person);
            assert_eq!(
                known.apply(&evidence, person),
                [],
                "applying twice, step {index}"
            );
        }
    }
}

#[test]
fn a_personal_contact_with_an_agreeing_or_no_name_shows_the_person() {
    check(&[
        ("Нора Филд", &[MAIL, MOBILE], New(1)),
        ("", &[MOBILE], Same(1)),
        ("Nora", &["Nora.Field+crm@mill.lv"], Same(1)),
        ("FIELD, N.", &[OTHER_MAIL, MOBILE], Same(1)),
        ("", &[OTHER_MAIL], Same(1)),
        ("Nora Field", &["n@other.lv", "+371 26 555 999"], New(2)),
    ]);
}

#[test]
fn a_nameless_person_gets_the_name_that_follows() {
    check(&[
        ("", &[MOBILE], New(1)),
        ("Nora Field", &[MOBILE], Same(1)),
        ("Peter Hill", &[MOBILE], New(2)),
        ("", &[MOBILE], Nobody),
    ]);
}

#[test]
fn two_unlike_names_prove_a_shared_contact() {
    check(&[
        ("Nora Field", &[LINE], New(1)),
        ("", &[LINE], Same(1)),
        ("Peter Hill", &[LINE], New(2)),
        ("", &[LINE], Nobody),
        ("Nora Field", &[LINE], Same(1)),
        ("P. Hill", &[LINE], Same(2)),
        ("Nora", &[LINE], Same(1)),
        ("Agnes Field", &[LINE], New(3)),
        ("Field", &[LINE], New(4)),
        ("", &[LINE, MOBILE], New(5)),
    ]);
}

#[test]
fn a_role_mailbox_is_shared_from_the_start() {
    check(&[
        ("", &[ROLE], Nobody),
        ("Nora Field", &[ROLE], New(1)),
        ("", &[ROLE], Nobody),
        ("Nora Field", &[ROLE], Same(1)),
        ("Nora Harrow", &[ROLE], New(2)),
    ]);
}

#[test]
fn a_changed_family_name_keeps_the_person_on_a_personal_contact_only() {
    check(&[
        ("Nora Field", &[MOBILE, LINE], New(1)),
        ("Nora Harrow", &[MOBILE], Same(1)),
        ("Nora Field", &[MOBILE], Same(1)),
        ("Nora Mason", &[LINE], New(2)),
        ("", &[LINE], Nobody),
    ]);
}

#[test]
fn an_extension_is_personal_and_its_line_is_not() {
    check(&[
        ("Nora Field", &[LINE_78], New(1)),
        ("", &[LINE_79], New(2)),
        ("", &[LINE_78], Same(1)),
        ("Peter Hill", &[LINE_79], Same(2)),
        ("", &[LINE], Nobody),
        ("Nora Field", &[LINE], Same(1)),
    ]);
}

#[test]
fn junk_proves_nothing() {
    check(&[
        ("Nora Field", &["test@test.com", "+371 20000000"], New(1)),
        ("Nora Field", &["test@test.com"], New(2)),
        ("", &["+371 20000000"], New(3)),
    ]);
    assert_eq!(evidence("", &["test@test.com"]).keys().count(), 0);
}

#[test]
fn two_persons_of_one_name_are_reported_as_twins() {
    let mut known = Known::new();
    known.apply(&evidence("Nora Field", &[MOBILE]), 1);
    known.apply(&evidence("Nora Field", &[MAIL]), 2);
    let bridge = evidence("Nora Field", &[MOBILE, MAIL]);
    let Decision::Same(found) = known.decide(&bridge) else {
        panic!("the contacts are known");
    };
    // The address decides before the number, although person 1 was known first.
    assert_eq!((found.person, found.by.kind), (2, Kind::Email));
    assert_eq!(found.twins, [1]);
    known.apply(&bridge, 2);
    // Both cards now hold the number: the first one keeps getting what comes over it.
    let Decision::Same(again) = known.decide(&evidence("", &[MOBILE])) else {
        panic!("two cards of one name are not two people");
    };
    assert_eq!((again.person, again.twins), (1, vec![2]));
}

#[test]
fn the_better_agreement_wins_over_the_kind_of_contact() {
    let mut known = Known::new();
    known.apply(&evidence("", &[OTHER_MAIL]), 1);
    known.apply(&evidence("Nora Field", &[MOBILE]), 2);
    let Decision::Same(found) = known.decide(&evidence("Nora Field", &[OTHER_MAIL, MOBILE])) else {
        panic!("the contacts are known");
    };
    assert_eq!((found.person, found.agreement), (2, Agreement::Full));
}

#[test]
fn a_partners_own_contact_is_marked_shared() {
    let mut known = Known::new();
    let own = |key: &Key| key.value == "leads@broker.eu";
    let record = |name: &str| evidence(name, &["leads@broker.eu"]).with_shared(own);
    known.apply(&record("Nora Field"), 1);
    assert_eq!(known.decide(&record("Peter Hill")), Decision::New);
    assert!(matches!(
        known.decide(&record("")),
        Decision::Unidentified { .. }
    ));
}

#[test]
fn the_changes_are_the_rows_to_write() {
    let mut known = Known::new();
    let key = |kind, value: &str| Key {
        kind,
        value: value.to_owned(),
    };
    let holder = |slot, name: &str| Holder {
        person: 7,
        slot,
        name: name::fold(name),
    };
    let (mail, mobile) = (key(Kind::Email, MAIL), key(Kind::Phone, "+37126555142"));
    let (other, stranger) = (
        key(Kind::Phone, "+37126555143"),
        Holder {
            person: 3,
            slot: 0,
            name: name::fold("Peter Hill"),
        },
    );
    known.insert(other.clone(), stranger);

    let added = known.apply(&evidence("Nora", &[MOBILE, MAIL, OTHER_MOBILE]), 7);
    assert_eq!(
        added,
        [
            Change::Added(mail.clone(), holder(0, "Nora")),
            Change::Added(mobile, holder(0, "Nora")),
            Change::Added(other.clone(), holder(1, "Nora")),
        ]
    );
    let renamed = known.apply(&evidence("Nora Field", &[MAIL]), 7);
    assert_eq!(renamed, [Change::Renamed(mail, holder(0, "Nora Field"))]);
    assert!(known.is_shared(&other));
}

#[test]
fn kinds_are_read_back() {
    assert_eq!("email".parse(), Ok(Kind::Email));
    assert_eq!("phone".parse(), Ok(Kind::Phone));
    assert_eq!("fax".parse::<Kind>(), Err(UnknownKind));
}
