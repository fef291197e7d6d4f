//! What is decided, and what never is.

use matching::decide::Verdict;

use crate::submission::{Shown, call, last, mail, same};

const MOBILE: &str = "+37126555142";
const OTHER_MOBILE: &str = "+37129555317";
const LINE: &str = "+37167555142";

#[test]
fn a_personal_contact_shows_its_person_to_an_agreeing_or_missing_name() {
    for (first, second) in [
        (call("Nora Field", MOBILE), call("", MOBILE)),
        (call("Nora Field", MOBILE), call("Nora", MOBILE)),
        (call("", MOBILE), call("Nora Field", MOBILE)),
        (
            call("Саша Мельников", MOBILE),
            call("Aleksandrs Melņikovs", MOBILE),
        ),
        (
            mail("Nora Field", "n.field+web@gmail.com"),
            mail("Field N.", "nfield@googlemail.com"),
        ),
        // A marriage.
        (
            mail("Nora Field", "nora85@inbox.lv"),
            mail("Nora Harrow", "nora85@inbox.lv"),
        ),
    ] {
        assert_eq!(
            last(&[first, second]),
            same(0),
            "{} {}",
            first.name,
            second.name
        );
    }
}

#[test]
fn unlike_names_on_one_contact_are_two_people() {
    for (first, second) in [
        (call("Nora Field", MOBILE), call("Peter Field", MOBILE)),
        (call("Nora Field", LINE), call("Agnes Hill", LINE)),
        (
            mail("Nora Field", "info@mill.lv"),
            mail("Peter Harrow", "info@mill.lv"),
        ),
        (
            call("Ivan Petrovich Koval", LINE),
            call("Ivan Olegovich Koval", LINE),
        ),
    ] {
        let verdict = last(&[first, second]);
        assert!(
            !matches!(verdict, Verdict::Same { .. }),
            "{} {}: {verdict:?}",
            first.name,
            second.name
        );
    }
}

#[test]
fn a_shared_contact_shows_a_person_only_with_the_name() {
    let household = [call("Nora Field", MOBILE), call("Peter Field", MOBILE)];
    let then = |shown| last(&[household[0], household[1], shown]);
    assert_eq!(then(call("Peter Field", MOBILE)), same(1));
    assert_eq!(then(call("", MOBILE)), Verdict::Unidentified);
}

#[test]
fn a_nameless_call_on_a_line_of_nobody_is_unidentified() {
    assert_eq!(last(&[call("", LINE)]), Verdict::Unidentified);
    assert_eq!(last(&[mail("", "info@mill.lv")]), Verdict::Unidentified);
    assert_eq!(last(&[call("", MOBILE)]), Verdict::New);
}

#[test]
fn junk_and_a_lone_name_join_nobody() {
    for (first, second) in [
        (
            mail("Nora Field", "test@test.com"),
            mail("Nora Field", "test@test.com"),
        ),
        (mail("Nora Field", ""), mail("Agnes Field", "")),
        (call("", "111111"), call("", "111111")),
    ] {
        let (first, second) = (first, Shown { day: 200, ..second });
        let verdict = last(&[first, second]);
        assert!(
            !matches!(verdict, Verdict::Same { .. }),
            "{}: {verdict:?}",
            first.name
        );
    }
}

#[test]
fn a_name_with_its_firm_is_a_person() {
    let first = Shown {
        organisation: "SIA „Ausma Jūras Serviss”",
        ..call("Nora Field", MOBILE)
    };
    let second = mail("Field Nora", "n.field@ausmajurasservice.lv");
    assert_eq!(last(&[first, second]), same(0));
}

#[test]
fn extensions_of_one_line_are_people() {
    let first = call("Nora", "+371 67555142 ext. 12");
    let verdict = last(&[first, call("Nora", "+371 67555142 ext. 34")]);
    assert!(!matches!(verdict, Verdict::Same { .. }), "{verdict:?}");
    assert_eq!(
        last(&[first, call("Nora", "+371 67555142 ext. 12")]),
        same(0)
    );
}

#[test]
fn a_record_with_the_contacts_of_two_cards_joins_them() {
    let both = Shown {
        phone: MOBILE,
        ..mail("Nora Field", "nora85@inbox.lv")
    };
    let cards = [call("Nora", MOBILE), mail("Field N.", "nora85@inbox.lv")];
    match last(&[cards[0], cards[1], both]) {
        Verdict::Same { person, merges } => {
            let mut all = merges;
            all.push(person);
            all.sort_unstable();
            assert_eq!(all, [0, 1]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_merge_puts_a_conflict_inside() {
    let both = Shown {
        phone: MOBILE,
        ..mail("", "nora85@inbox.lv")
    };
    let cards = [
        call("Peter Harrow", MOBILE),
        mail("Nora Field", "nora85@inbox.lv"),
    ];
    match last(&[cards[0], cards[1], both]) {
        Verdict::Same { merges, .. } => assert!(merges.is_empty(), "{merges:?}"),
        Verdict::Review { persons } => assert_eq!(persons.len(), 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn namesakes_without_other_evidence_stay_two() {
    let first = Shown {
        city: "Rīga",
        ..call("Jānis Bērziņš", MOBILE)
    };
    let second = Shown {
        city: "Liepāja",
        day: 120,
        ..call("Jānis Bērziņš", OTHER_MOBILE)
    };
    let verdict = last(&[first, second]);
    assert!(!matches!(verdict, Verdict::Same { .. }), "{verdict:?}");
}
