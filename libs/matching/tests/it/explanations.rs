//! Explanations reproduce their decisions.

use matching::{
    explain::{self, Explanation},
    keys::Counts,
    population::Population,
    record::Record,
};

use crate::submission::{call, mail, model, verdicts};

const MOBILE: &str = "+37126555142";

#[test]
fn what_was_stored_is_reproduced_exactly() {
    let mut population = Population::new();
    verdicts(
        &mut population,
        &[call("Nora Field", MOBILE), call("Peter Field", MOBILE)],
    );
    let record = call("Nora", MOBILE).record();
    let explained = |record: &Record| {
        let decision = population.decide(model(), record);
        explain::explain(model(), record, &decision)
    };
    let stored = serde_json::to_string(&explained(&record)).unwrap();
    // The record comes back from its stored text, the explanation from its own.
    let again: Record = record.to_string().parse().unwrap();
    let read: Explanation<usize> = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, explained(&again));
    assert_eq!(read.rules, model().rules());
}

#[test]
fn the_contributions_add_up_to_the_score() {
    let mut population = Population::new();
    verdicts(&mut population, &[call("Nora Field", MOBILE)]);
    let record = call("Nora", MOBILE).record();
    let decision = population.decide(model(), &record);
    let explanation = explain::explain(model(), &record, &decision);
    let score = explanation.scores.first().unwrap();
    let sum: i64 = score
        .contributions
        .iter()
        .map(|weight| weight.millibits)
        .sum();
    let rounding = i64::try_from(score.contributions.len()).unwrap();
    assert!((sum - score.millibits).abs() <= rounding, "{score:?}");
    assert_eq!(score.contributions.first().unwrap().feature, "own");
}

#[test]
fn why_two_records_are_not_one_is_told() {
    let (nora, peter) = (
        call("Nora Field", MOBILE).record(),
        call("Peter Field", MOBILE).record(),
    );
    let why = explain::why(model(), &nora, &peter, &Counts::new());
    assert_ne!(why.verdict, "same");
    assert_eq!(why.scores.first().unwrap().bar.as_deref(), Some("relative"));
    assert_eq!(why.contacts.first().unwrap().standing, "shared");
    let stranger = mail("Agnes Hill", "agnes@inbox.lv").record();
    assert_eq!(
        explain::why(model(), &nora, &stranger, &Counts::new()).verdict,
        "new"
    );
}
