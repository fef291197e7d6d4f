//! A decision of the matching with its evidence, for people.

use std::collections::HashMap;

use proto::intake::v1::{MatchExplanation, PersonScore};

use super::{part, person};
use crate::{
    print::{bits, percent, row, table},
    remote::Remote,
};

/// What was decided, and by what.
pub(super) async fn lines(remote: &Remote, why: &MatchExplanation) -> Vec<String> {
    let names = names(remote, why).await;
    let mut lines = facts(why);
    let contacts: Vec<Vec<String>> = why
        .contacts
        .iter()
        .map(|it| vec![it.value.clone(), standing(&it.standing).to_owned()])
        .collect();
    lines.extend(part("Contacts", table(&contacts, &[])));
    for score in &why.scores {
        let name = names.get(&score.identity_id);
        lines.extend(candidate(score, name.map_or("", String::as_str)));
    }
    if why.scores.is_empty() {
        lines.extend(part(
            "Candidates",
            ["nobody who is known comes near".to_owned()],
        ));
    }
    lines
}

/// The decision without its evidence.
fn facts(why: &MatchExplanation) -> Vec<String> {
    let decided = match why.verdict.as_str() {
        "same" => "the same person",
        "review" => "unsure; people are asked",
        "new" => "somebody new",
        "unidentified" => "nobody in particular",
        other => other,
    };
    let probability = percent(why.probability_ppm);
    let threshold = percent(why.threshold_ppm);
    vec![
        row("decided", decided),
        row("likely", &format!("{probability}, needed {threshold}")),
        row("rules", &why.rules),
        row("compared", &person::compared(&why.record)),
    ]
}

fn candidate(score: &PersonScore, name: &str) -> Vec<String> {
    let whose = [score.identity_id.as_str(), name];
    let whose: Vec<&str> = whose.into_iter().filter(|it| !it.is_empty()).collect();
    let whose = if whose.is_empty() {
        "The other one".to_owned()
    } else {
        format!("Candidate {}", whose.join("  "))
    };
    let mut weights: Vec<_> = score.contributions.iter().collect();
    weights.sort_by_key(|weight| std::cmp::Reverse(weight.millibits.unsigned_abs()));
    let mut rows: Vec<Vec<String>> = weights
        .into_iter()
        .map(|it| vec![it.feature.clone(), it.level.clone(), bits(it.millibits)])
        .collect();
    rows.push(vec!["sum".to_owned(), String::new(), bits(score.millibits)]);
    let mut lines = table(&rows, &[2]);
    if !score.bar.is_empty() {
        lines.push(format!("cannot be: {} ({})", bar(&score.bar), score.bar));
    }
    part(&whose, lines)
}

fn bar(bar: &str) -> &'static str {
    match bar {
        "relative" => "a relative at the same contact",
        "father_differs" => "another father's name",
        "unlike" => "the names are unlike",
        "extensions" => "another extension of one line",
        "ruling" => "people decided that they are two",
        _ => "barred by the rules",
    }
}

fn standing(standing: &str) -> &str {
    match standing {
        "own" => "the person's own",
        "line" => "a line with extensions",
        "shared" => "shared by several",
        "role" => "of a role, not a person",
        "nobody" => "nobody's",
        other => other,
    }
}

/// Who the candidates are; one who cannot be looked up stays without a name.
async fn names(remote: &Remote, why: &MatchExplanation) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for score in why.scores.iter().filter(|it| !it.identity_id.is_empty()) {
        if let Ok(view) = person::view(remote, &score.identity_id).await {
            names.insert(score.identity_id.clone(), person::short(&view));
        }
    }
    names
}
