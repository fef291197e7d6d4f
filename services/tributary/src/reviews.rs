//! `tributary reviews`: pairs that may be one person, to look through and to decide.

use anyhow::{Context, anyhow};
use futures::{StreamExt, TryStreamExt, stream};
use ids::ReviewId;
use proto::intake::v1::{
    DecideReviewRequest, GetReviewRequest, IdentityView, ListReviewsRequest, Review, ReviewState,
};

use crate::{
    Failure,
    cli::{self, Decision, ReviewsCommand},
    explain::short,
    output::Output,
    print::{json, percent, table, time},
    remote::Remote,
};

/// Pairs that are looked up at a time.
const AT_ONCE: usize = 8;

pub(crate) async fn run(command: &cli::Reviews, output: &mut Output) -> Result<(), Failure> {
    match &command.command {
        None => list(command, output).await,
        Some(ReviewsCommand::Decide { id, decision, note }) => {
            let id: ReviewId = id
                .parse()
                .map_err(|error| Failure::WrongUse(anyhow!("{id}: {error}")))?;
            let remote = Remote::connect(&command.server).await?;
            decide(&remote, id, *decision, note, output).await
        }
    }
}

async fn list(command: &cli::Reviews, output: &mut Output) -> Result<(), Failure> {
    let remote = Remote::connect(&command.server).await?;
    let request = ListReviewsRequest {
        page_size: command.limit,
        ..ListReviewsRequest::default()
    };
    let answer = remote.identities().list_reviews(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    if command.json {
        output.line(&serde_json::to_string_pretty(&json(&answer)?)?);
        return Ok(());
    }
    if answer.reviews.is_empty() {
        output.line("Nothing waits for a decision.");
        return Ok(());
    }
    let pairs = stream::iter(answer.reviews.iter().map(|review| pair(&remote, review)));
    let pairs: Vec<[Vec<String>; 2]> = pairs.buffered(AT_ONCE).try_collect().await?;
    for line in table(&pairs.concat(), &[1]) {
        output.line(&line);
    }
    if !answer.next_page_token.is_empty() {
        output.note("There are more: --limit shows up to 500.");
    }
    Ok(())
}

/// The question, and below the first side the other one.
async fn pair(remote: &Remote, review: &Review) -> anyhow::Result<[Vec<String>; 2]> {
    let request = GetReviewRequest {
        review_id: review.review_id.clone(),
    };
    let answer = remote.identities().get_review(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    let side = |view: Option<&IdentityView>| view.map(short).unwrap_or_default();
    let state = match review.state() {
        ReviewState::Skipped => "skipped",
        _ => "",
    };
    Ok([
        vec![
            review.review_id.clone(),
            percent(review.probability_ppm),
            side(answer.one.as_ref()),
        ],
        vec![
            format!("  {} {state}", time(review.created_at.as_ref())),
            String::new(),
            side(answer.other.as_ref()),
        ],
    ])
}

async fn decide(
    remote: &Remote,
    id: ReviewId,
    decision: Decision,
    note: &str,
    output: &mut Output,
) -> Result<(), Failure> {
    let state = match decision {
        Decision::Same => ReviewState::Same,
        Decision::Different => ReviewState::Different,
        Decision::Skip => ReviewState::Skipped,
    };
    let request = DecideReviewRequest {
        review_id: id.to_string(),
        decision: state.into(),
        note: note.to_owned(),
    };
    let answer = remote.identities().decide_review(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    let review = answer.review.context("the answer has no review")?;
    output.line(&match decision {
        Decision::Same => format!(
            "{} and {} are one person from now on ({}).",
            review.one_id, review.other_id, answer.link_id
        ),
        Decision::Different => format!(
            "{} and {} are kept apart from now on.",
            review.one_id, review.other_id
        ),
        Decision::Skip => format!("{id} is left for later."),
    });
    Ok(())
}
