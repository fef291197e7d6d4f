//! What campaigns tell of their participants, and of those who brought others.

use ids::{AnswerId, InteractionId, ParticipantId, PersonId, ReferralId, ResponseId};
use messaging::{HandlerError, Received};
use proto::campaigns::v1::{
    ParticipantContacted, ParticipantRecorded, ReferralMade, ReferralRewarded, ResponseRecorded,
    SurveyAnswered,
};
use uuid::Uuid;

use super::{Tells, belongs_now, happened, id, money, optional_id, stands};
use crate::domain::timeline::{Entry, Kind, Link, Role, Told};

impl Tells for ParticipantRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let participant = id(&it.participant_id).map(ParticipantId::uuid)?;
        let about = [it.participant_id.as_str()];
        told.entry(Entry {
            variant: it.status.clone(),
            campaign: optional_id(&it.campaign_id)?,
            ..happened(event, Kind::Participation, participant, None, &about)
        });
        let (role, person) = (Role::Person, &it.person_id);
        belongs_now(told, event, participant, role, person, PersonId::uuid)
    }
}

impl Tells for ParticipantContacted {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let contact: InteractionId = id(&it.interaction_id)?;
        let participant: ParticipantId = id(&it.participant_id)?;
        let about = [&it.interaction_id, &it.activity_id, &it.participant_id];
        let entry = stands(
            event,
            contact.uuid(),
            Kind::ParticipantContacted,
            participant.uuid(),
            it.contacted_at.as_ref(),
            &about.map(String::as_str),
        );
        let variant = if it.inbound { "inbound" } else { "outbound" };
        told.entry(Entry {
            variant: variant.to_owned(),
            channel: it.kind.clone(),
            campaign: optional_id(&it.campaign_id)?,
            ..entry
        });
        Ok(())
    }
}

impl Tells for ResponseRecorded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let response: ResponseId = id(&it.response_id)?;
        let participant: ParticipantId = id(&it.participant_id)?;
        let about = [&it.response_id, &it.activity_id, &it.participant_id];
        let entry = stands(
            event,
            response.uuid(),
            Kind::Response,
            participant.uuid(),
            it.responded_at.as_ref(),
            &about.map(String::as_str),
        );
        let variant = if it.positive { "positive" } else { "negative" };
        told.entry(Entry {
            variant: variant.to_owned(),
            campaign: optional_id(&it.campaign_id)?,
            ..entry
        });
        told.link(Link {
            origin: response.uuid(),
            role: Role::Participant,
            revision: event.revision,
            child: participant.uuid(),
            parent: Some(response.uuid()),
        });
        answered_by(told, event, response.uuid(), participant, &it.person_id)
    }
}

impl Tells for SurveyAnswered {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let answer: AnswerId = id(&it.answer_id)?;
        let participant: ParticipantId = id(&it.participant_id)?;
        let about = [&it.answer_id, &it.survey_id, &it.participant_id];
        let entry = stands(
            event,
            answer.uuid(),
            Kind::SurveyAnswered,
            participant.uuid(),
            it.answered_at.as_ref(),
            &about.map(String::as_str),
        );
        let score = it.recommends.map(|score| score.to_string());
        told.entry(Entry {
            detail: score.unwrap_or_default(),
            campaign: optional_id(&it.campaign_id)?,
            ..entry
        });
        answered_by(told, event, answer.uuid(), participant, &it.person_id)
    }
}

/// Who answered is the participant, whether or not the campaign says so elsewhere.
fn answered_by<M>(
    told: &mut Told,
    event: &Received<M>,
    answer: Uuid,
    participant: ParticipantId,
    person: &str,
) -> Result<(), HandlerError> {
    if let Some(person) = optional_id::<PersonId>(person)? {
        told.link(Link {
            origin: answer,
            role: Role::Person,
            revision: event.revision,
            child: participant.uuid(),
            parent: Some(person.uuid()),
        });
    }
    Ok(())
}

impl Tells for ReferralMade {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let referral: ReferralId = id(&it.referral_id)?;
        let referrer: PersonId = id(&it.referrer_id)?;
        let entry = stands(
            event,
            referral.uuid(),
            Kind::ReferralMade,
            referrer.uuid(),
            it.made_at.as_ref(),
            &[&it.referral_id, &it.lead_id],
        );
        told.entry(Entry {
            campaign: optional_id(&it.campaign_id)?,
            ..entry
        });
        Ok(())
    }
}

impl Tells for ReferralRewarded {
    fn tell(event: &Received<Self>, told: &mut Told) -> Result<(), HandlerError> {
        let it = &event.message;
        let referral: ReferralId = id(&it.referral_id)?;
        let referrer: PersonId = id(&it.referrer_id)?;
        let entry = stands(
            event,
            referral.uuid(),
            Kind::ReferralRewarded,
            referrer.uuid(),
            it.rewarded_at.as_ref(),
            &[&it.referral_id, &it.deal_id, &it.lead_id],
        );
        told.entry(Entry {
            campaign: optional_id(&it.campaign_id)?,
            amount: money(it.reward.as_ref()),
            ..entry
        });
        Ok(())
    }
}
