//! Surveys and interviews: made, changed, opened to participants.

use std::collections::BTreeSet;

use ids::{CampaignId, ParticipantId, SurveyId};

use super::{App, again::again};
use crate::{
    domain::survey::{Refusal, Sheet, Survey},
    error::Error,
    store,
};

/// Creates a survey. The same id twice returns what is there.
pub async fn create_survey(
    app: &App,
    id: SurveyId,
    campaign: CampaignId,
    sheet: &Sheet,
) -> Result<Survey, Error> {
    again(|| async {
        let tx = app.outbox.begin().await?;
        store::campaigns::get(&*tx, campaign).await?;
        if let Some(known) = store::surveys::find(&*tx, id).await? {
            return if known.campaign == campaign {
                Ok(known)
            } else {
                Err(Error::IdTaken("survey"))
            };
        }
        let survey = Survey {
            id,
            revision: 1,
            campaign,
            sheet: sheet.clone(),
            answers: 0,
            created_at: app.clock.now(),
        };
        store::surveys::insert(&tx, &survey).await?;
        tx.commit().await?;
        Ok(survey)
    })
    .await
}

/// Changes a survey. `seen` is the revision that the caller saw, 0 to overwrite.
pub async fn update_survey(
    app: &App,
    id: SurveyId,
    seen: i64,
    sheet: &Sheet,
) -> Result<Survey, Error> {
    again(|| async {
        let tx = app.outbox.begin().await?;
        let found = store::surveys::find(&*tx, id).await?;
        let mut survey = found.ok_or(Error::SurveyNotFound)?;
        if seen != 0 && seen != survey.revision {
            return Err(Error::Changed("survey"));
        }
        if survey.change(sheet.clone())? {
            store::surveys::save(&tx, &survey).await?;
            tx.commit().await?;
        }
        Ok(survey)
    })
    .await
}

/// Gives participants their tokens, in their order.
pub async fn issue_tokens(
    app: &App,
    id: SurveyId,
    participants: &[ParticipantId],
) -> Result<Vec<(ParticipantId, String)>, Error> {
    again(|| async {
        let tx = app.outbox.begin().await?;
        let found = store::surveys::find(&*tx, id).await?;
        let survey = found.ok_or(Error::SurveyNotFound)?;
        if survey.sheet.is_interview {
            return Err(Refusal::Interview.into());
        }
        let wanted: BTreeSet<ParticipantId> = participants.iter().copied().collect();
        let known = store::members::by_ids(&*tx, survey.campaign, &wanted).await?;
        if let Some(missing) = wanted.iter().find(|it| !known.contains_key(it)) {
            return Err(Error::ParticipantNotFound(*missing));
        }
        let offered = wanted.iter().map(|it| (*it, token())).collect();
        store::surveys::offer_tokens(&tx, id, &offered).await?;
        let kept = store::surveys::tokens(&*tx, id, wanted).await?;
        let tokens = participants.iter();
        let tokens = tokens.filter_map(|it| Some((*it, kept.get(it)?.clone())));
        let tokens = tokens.collect();
        tx.commit().await?;
        Ok(tokens)
    })
    .await
}

/// Whoever knows the token may answer, so it is 128 random bits. Ids are no secrets.
fn token() -> String {
    format!("{:032x}", rand::random::<u128>())
}
