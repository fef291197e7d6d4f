//! What is announced of surveys.

use chrono::{DateTime, Utc};
use ids::PersonId;
use messaging::Event;
use proto::{campaigns::v1::SurveyAnswered, convert::timestamp};

use super::printed;
use crate::domain::survey::{Answer, Survey};

pub fn survey_answered(
    survey: &Survey,
    answer: &Answer,
    person: Option<PersonId>,
    now: DateTime<Utc>,
) -> Event {
    let message = SurveyAnswered {
        answer_id: answer.id.to_string(),
        survey_id: survey.id.to_string(),
        campaign_id: survey.campaign.to_string(),
        participant_id: answer.participant.to_string(),
        person_id: printed(person),
        recommends: survey.recommends(&answer.values),
        answered_at: Some(timestamp(answer.answered_at)),
    };
    Event::new(&message, answer.id, answer.revision, now)
}
