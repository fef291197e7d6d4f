//! Two side by side: two leads, or the pair of a review.

use anyhow::Context;
use ids::{LeadId, ReviewId};
use proto::intake::v1::{
    CompareLeadsRequest, CompareLeadsResponse, GetReviewRequest, GetReviewResponse, IdentityView,
    Review,
};

use super::{Told, evidence, part, person};
use crate::{
    print::{json, percent, row, time},
    remote::Remote,
};

/// Why two leads are one person, or are not.
pub(super) async fn leads(remote: &Remote, one: LeadId, other: LeadId) -> anyhow::Result<Told> {
    let request = CompareLeadsRequest {
        lead_id: one.to_string(),
        other_id: other.to_string(),
    };
    let answer = remote.identities().compare_leads(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    let mut lines = vec![
        row("leads", &format!("{one}  {other}")),
        row("now", standing(&answer)),
    ];
    lines.extend(part("Links of the person", person::links(&answer.links)));
    if let Some(why) = &answer.explanation {
        let compared = evidence::lines(remote, why).await;
        let heading =
            "The latest record of the first against all of the other, by the rules in force";
        lines.extend(part(heading, compared));
    }
    Ok(Told {
        lines,
        json: json(&answer)?,
    })
}

fn standing(answer: &CompareLeadsResponse) -> &'static str {
    match (answer.same, answer.links.is_empty(), answer.kept_apart) {
        (true, true, _) => "one person: one identity from the beginning",
        (true, false, _) => "one person, by the links below",
        (false, _, true) => "two persons: somebody decided so",
        (false, _, false) => "two persons",
    }
}

/// A pair that people are asked about.
pub(super) async fn review(remote: &Remote, id: ReviewId) -> anyhow::Result<Told> {
    let request = GetReviewRequest {
        review_id: id.to_string(),
    };
    let answer = remote.identities().get_review(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    let review = answer.review.as_ref();
    let mut lines = question(review.context("the answer has no review")?);
    lines.extend(sides(&answer));
    if let Some(why) = &answer.explanation {
        let compared = evidence::lines(remote, why).await;
        let heading =
            "The latest record of the newer one against all of the other, by the rules in force";
        lines.extend(part(heading, compared));
    }
    if let Some(effects) = &answer.effects {
        let effects = format!(
            "{} cards, {} persons of the client base and {} records would be one person's",
            effects.leads, effects.persons, effects.records
        );
        lines.extend(part("If they are one", [effects]));
    }
    Ok(Told {
        lines,
        json: json(&answer)?,
    })
}

fn question(review: &Review) -> Vec<String> {
    let state = review.state().as_str_name();
    let state = state.trim_start_matches("REVIEW_STATE_").to_lowercase();
    let asked = format!("{}, {}", state, time(review.created_at.as_ref()));
    let mut lines = vec![
        row("review", &review.review_id),
        row("likely", &percent(review.probability_ppm)),
        row("stands", &asked),
    ];
    if !review.submission_id.is_empty() {
        lines.push(row("asked of", &review.submission_id));
    }
    if !review.decided_by.is_empty() {
        let by = format!(
            "{}, {}",
            review.decided_by,
            time(review.decided_at.as_ref())
        );
        lines.push(row("decided by", &by));
    }
    if !review.note.is_empty() {
        lines.push(row("note", &review.note));
    }
    lines
}

fn sides(answer: &GetReviewResponse) -> Vec<String> {
    let side = |heading: &str, view: &Option<IdentityView>| {
        let lines = view.as_ref().map(person::lines);
        part(heading, lines.unwrap_or_default())
    };
    let mut lines = side("The newer one", &answer.one);
    lines.extend(side("The other one", &answer.other));
    lines
}
