//! The touches of a journey.

use std::collections::{BTreeMap, HashMap};

use clock::Timestamp;
use ids::{LeadId, ParticipantId, PersonId, ResponseId};
use uuid::Uuid;

use super::{Book, Labels, Newest, age, lead::Arrival};
use crate::domain::{
    derive::printed,
    fact::{Fact, What},
};

/// Kinds of touches, in the order in which they are taken when they are of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Referral,
    Contact,
    Response,
    Submission,
    Answer,
    Activity,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Referral => "referral",
            Self::Contact => "contact",
            Self::Response => "response",
            Self::Submission => "submission",
            Self::Answer => "answer",
            Self::Activity => "activity",
        }
    }

    /// Work on a deal is what the touches led to: it earns no credit and is no step of a path.
    pub(crate) fn earns(self) -> bool {
        self != Self::Activity
    }
}

/// A contact between the person and a channel.
#[derive(Debug, Clone)]
pub(crate) struct Touch {
    pub(crate) at: Timestamp,
    pub(crate) kind: Kind,
    /// Of what was recorded.
    pub(crate) id: Uuid,
    /// Topic, agent and temperature are empty.
    pub(crate) labels: Labels,
    pub(crate) lead: Option<LeadId>,
    pub(crate) person: Option<PersonId>,
    /// When the submission came that joined the card of the lead, of a touch that stands for one.
    pub(crate) enquired_at: Option<Timestamp>,
}

impl Touch {
    fn new(at: Timestamp, kind: Kind, id: Uuid, labels: Labels) -> Self {
        Self {
            at,
            kind,
            id,
            labels,
            lead: None,
            person: None,
            enquired_at: None,
        }
    }
}

/// All touches of a journey, in the order of time.
pub(super) fn all(book: &Book<'_>) -> Vec<Touch> {
    let whose = Whose::of(&book.journey.facts);
    let mut touches: BTreeMap<Uuid, Touch> = BTreeMap::new();
    let mut keep = |touch: Touch| {
        touches.entry(touch.id).or_insert(touch);
    };
    for fact in &book.journey.facts {
        of_fact(fact, &whose).into_iter().for_each(&mut keep);
    }
    of_deals(book).for_each(&mut keep);
    for lead in book.leads.values() {
        for (questionnaire, at) in &lead.answers {
            keep(Touch {
                at: *at,
                kind: Kind::Answer,
                id: questionnaire.uuid(),
                labels: Labels {
                    channel: "questionnaire".to_owned(),
                    ..Labels::default()
                },
                lead: Some(lead.id),
                person: lead.person,
                enquired_at: None,
            });
        }
    }
    submissions(book, &mut touches);
    let mut touches: Vec<Touch> = touches.into_values().collect();
    touches.sort_by_key(|touch| (touch.at, touch.kind, touch.id));
    touches
}

/// Submissions of leads. One that a response of the journey was made into is the same contact: the
/// response is the touch, and only gets its lead.
fn submissions(book: &Book<'_>, touches: &mut BTreeMap<Uuid, Touch>) {
    for lead in book.leads.values() {
        let arrival = lead.arrival.iter().map(|arrival| (arrival, None));
        let enquiries = lead.enquiries.values();
        let enquiries = enquiries.map(|enquiry| (enquiry, Some(enquiry.at)));
        for (arrival, enquired_at) in arrival.chain(enquiries) {
            let response = arrival.source.response.map(ResponseId::uuid);
            if let Some(touch) = response.and_then(|response| touches.get_mut(&response)) {
                touch.lead = Some(touch.lead.map_or(lead.id, |known| known.min(lead.id)));
                touch.person = touch.person.or(lead.person);
                touch.enquired_at = touch.enquired_at.max(enquired_at);
            } else {
                let touch = submission(arrival, lead.id, lead.person);
                touches.entry(touch.id).or_insert(Touch {
                    enquired_at,
                    ..touch
                });
            }
        }
    }
}

fn submission(arrival: &Arrival<'_>, lead: LeadId, person: Option<PersonId>) -> Touch {
    Touch {
        at: arrival.at,
        kind: Kind::Submission,
        id: arrival.submission.uuid(),
        labels: Labels::of(arrival.source),
        lead: Some(lead),
        person,
        enquired_at: None,
    }
}

fn of_deals<'b>(book: &'b Book<'_>) -> impl Iterator<Item = Touch> + 'b {
    book.deals.values().flat_map(|deal| {
        deal.activities.iter().map(|(id, work)| Touch {
            at: work.at,
            kind: Kind::Activity,
            id: id.uuid(),
            labels: Labels {
                channel: work.kind.to_owned(),
                ..Labels::default()
            },
            lead: deal.lead(),
            person: deal.person(),
            enquired_at: None,
        })
    })
}

/// What a campaign did, by a channel.
fn by(channel: &str, campaign: ids::CampaignId, activity: Option<ids::ActivityId>) -> Labels {
    Labels {
        channel: channel.to_owned(),
        campaign: printed(Some(campaign)),
        activity: printed(activity),
        ..Labels::default()
    }
}

fn of_fact(fact: &Fact, whose: &Whose) -> Option<Touch> {
    let touch = match &fact.what {
        What::ParticipantContacted {
            interaction,
            campaign,
            activity,
            participant,
            contacted_at,
            ..
        } => Touch {
            person: whose.is(*participant, None),
            ..Touch::new(
                *contacted_at,
                Kind::Contact,
                interaction.uuid(),
                by("campaign", *campaign, *activity),
            )
        },
        What::ResponseRecorded {
            response,
            campaign,
            activity,
            participant,
            person,
            responded_at,
            ..
        } => Touch {
            person: whose.is(*participant, *person),
            ..Touch::new(
                *responded_at,
                Kind::Response,
                response.uuid(),
                by("campaign", *campaign, *activity),
            )
        },
        What::SurveyAnswered {
            answer,
            campaign,
            participant,
            person,
            answered_at,
            ..
        } => Touch {
            person: participant.map_or(*person, |participant| whose.is(participant, *person)),
            ..Touch::new(
                *answered_at,
                Kind::Answer,
                answer.uuid(),
                by("campaign", *campaign, None),
            )
        },
        What::ReferralMade {
            referral,
            campaign,
            lead,
            made_at,
            ..
        } => Touch {
            lead: Some(*lead),
            ..Touch::new(
                *made_at,
                Kind::Referral,
                referral.uuid(),
                by("referral", *campaign, None),
            )
        },
        _ => return None,
    };
    Some(touch)
}

/// Who the participants are, by their newest state.
struct Whose(HashMap<ParticipantId, Newest<Option<PersonId>>>);

impl Whose {
    fn of(facts: &[Fact]) -> Self {
        let mut whose: HashMap<ParticipantId, Newest<Option<PersonId>>> = HashMap::new();
        for fact in facts {
            if let What::ParticipantRecorded {
                participant,
                person,
                ..
            } = &fact.what
            {
                whose
                    .entry(*participant)
                    .or_default()
                    .state(age(fact, 0), *person);
            }
        }
        Self(whose)
    }

    fn is(&self, participant: ParticipantId, told: Option<PersonId>) -> Option<PersonId> {
        self.0
            .get(&participant)
            .and_then(Newest::get)
            .unwrap_or(told)
    }
}
