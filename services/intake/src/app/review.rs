//! Decides whether two identities are one person, where the rules could not.

use std::collections::BTreeSet;

use ids::{LinkId, ReviewId, StaffId};

use super::App;
use crate::{
    domain::identity::{Cause, Link, Review, ReviewState},
    error::Error,
    store::identity::{self, Ended},
};

/// How often a decision is begun anew when somebody else came first.
const ATTEMPTS: u32 = 5;

/// A decision on a review.
#[derive(Debug, Clone)]
pub struct DecideReview {
    pub id: ReviewId,
    /// Same, different or skipped.
    pub decision: ReviewState,
    pub note: String,
    pub by: StaffId,
}

/// Decides. The same decision again changes nothing; answers the link that came of `same`.
pub async fn decide_review(
    app: &App,
    cmd: &DecideReview,
) -> Result<(Review, Option<LinkId>), Error> {
    let mut tried = 0;
    loop {
        tried += 1;
        match once(app, cmd).await {
            Err(error) if error.is_race() && tried < ATTEMPTS => {}
            result => return result,
        }
    }
}

async fn once(app: &App, cmd: &DecideReview) -> Result<(Review, Option<LinkId>), Error> {
    let tx = app.outbox.begin().await?;
    let db = tx.connection();
    let found = identity::find_review(db, cmd.id).await?;
    let mut review = found.ok_or(Error::ReviewNotFound(cmd.id))?;
    if review.state == cmd.decision {
        let link = identity::by_source(db, review.id.uuid()).await?;
        return Ok((review, link.map(|link| link.id)));
    }
    let seen = review.state;
    if !matches!(seen, ReviewState::Open | ReviewState::Skipped) {
        return Err(Error::ReviewDecided);
    }
    let now = app.clock.now();
    review.state = cmd.decision;
    review.decided_by = Some(cmd.by);
    review.decided_at = Some(now);
    review.note.clone_from(&cmd.note);
    if !identity::decide_review(db, &review, seen).await? {
        return Err(Error::Conflict);
    }
    let both = BTreeSet::from([review.one, review.other]);
    let by = Ended {
        at: now,
        by: Some(cmd.by),
    };
    let mut made = None;
    match cmd.decision {
        ReviewState::Same => {
            let mut around = identity::load(db, &[], &both).await?;
            let known = &around.known;
            let (one, other) = (known.members(review.one), known.members(review.other));
            // The latest word of people counts.
            identity::join_again(db, &one, &other).await?;
            around.known.link(review.one, review.other);
            let link = Link {
                source: Some(review.id.uuid()),
                by: Some(cmd.by),
                ..Link::new(review.one, review.other, Cause::Reviewed, now)
            };
            made = Some(link.id);
            identity::save_links(db, &around, &[link], now).await?;
        }
        ReviewState::Different => {
            identity::keep_apart(db, &[(review.one, review.other)], by).await?;
        }
        _ => {}
    }
    tx.commit().await?;
    Ok((review, made))
}
