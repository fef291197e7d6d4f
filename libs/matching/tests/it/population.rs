//! Merging, splitting and what people decided.

use matching::{
    decide::{self, Rulings, Verdict},
    population::Population,
};

use crate::submission::{call, mail, model, same, verdicts};

const MOBILE: &str = "+37126555142";

#[test]
fn a_merged_person_is_found_by_either_card() {
    let mut population = Population::new();
    let cards = [
        call("Nora Field", MOBILE),
        mail("Agnes Hill", "agnes@inbox.lv"),
    ];
    verdicts(&mut population, &cards);
    population.merge(0, 1);
    let record = mail("", "agnes@inbox.lv").record();
    assert_eq!(population.decide(model(), &record).verdict, same(0));
}

#[test]
fn a_split_gives_the_records_back_and_is_not_undone_by_rules() {
    let mut population = Population::new();
    verdicts(
        &mut population,
        &[call("Nora Field", MOBILE), call("Nora Field", MOBILE)],
    );
    let second = *population.places(0).last().unwrap();
    population.split(&[second], 1);
    assert_eq!(population.person(second), Some(1));
    assert_eq!(
        (population.places(0).len(), population.places(1).len()),
        (1, 1)
    );
    let record = call("Nora Field", MOBILE).record();
    if let Verdict::Same { merges, .. } = population.decide(model(), &record).verdict {
        assert!(merges.is_empty(), "{merges:?}");
    }
}

#[test]
fn rulings_about_a_record_are_obeyed() {
    let mut population = Population::new();
    verdicts(
        &mut population,
        &[
            call("Nora Field", MOBILE),
            mail("Agnes Hill", "agnes@inbox.lv"),
        ],
    );
    let record = call("Nora Field", MOBILE).record();
    let found = population.look_up(&record);
    let verdict = |rulings| {
        decide::decide(model(), &record, &found.candidates, &found.counts, &rulings).verdict
    };
    let not = Rulings {
        not: vec![0],
        ..Rulings::default()
    };
    let is = Rulings {
        is: Some(1),
        ..Rulings::default()
    };
    assert_eq!(verdict(Rulings::default()), same(0));
    assert_eq!(verdict(not), Verdict::New);
    assert_eq!(verdict(is), same(1));
}

#[test]
fn a_decision_does_not_depend_on_the_order_of_candidates() {
    let mut population = Population::new();
    let cards = [
        call("Nora Field", MOBILE),
        mail("Nora Field", "nora@mill.lv"),
        call("Peter Field", MOBILE),
    ];
    verdicts(&mut population, &cards);
    let record = call("Nora", MOBILE).record();
    let found = population.look_up(&record);
    let decided = |candidates: &[_]| {
        let rulings = Rulings::default();
        decide::decide(model(), &record, candidates, &found.counts, &rulings).verdict
    };
    let mut turned = found.candidates.clone();
    turned.reverse();
    assert_eq!(decided(&found.candidates), decided(&turned));
}
