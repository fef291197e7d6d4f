//! Which journey a fact belongs to: the subject that it is kept under, and what it may link that to.
//!
//! Organisations, campaigns and members of staff never link: they would make one journey of everything.

use uuid::Uuid;

use ids::{PersonId, ReferralId};

use super::{Fact, Source, What};

impl Fact {
    /// What it is kept under: the aggregate, or what that is a part of.
    ///
    /// Nil for rates and weights, which belong to no journey.
    pub fn subject(&self) -> Uuid {
        match &self.what {
            What::LeadCreated { lead, .. }
            | What::EnquiryAttached { lead, .. }
            | What::LeadRecorded { lead, .. }
            | What::LeadAssigned { lead, .. }
            | What::LeadOutcomeRecorded { lead, .. }
            | What::LeadQualified { lead, .. }
            | What::LeadRefused { lead, .. }
            | What::LeadReopened { lead }
            | What::QuestionnaireAnswered { lead, .. } => lead.uuid(),
            What::PersonRecorded { person, .. } => person.uuid(),
            What::PersonsLinked { merge, .. } => merge.uuid(),
            What::CaseRecorded { case, .. } => case.uuid(),
            What::CampaignRecorded { campaign, .. } => campaign.uuid(),
            What::ActivityRecorded { activity, .. } => activity.uuid(),
            What::ParticipantRecorded { participant, .. }
            | What::ParticipantContacted { participant, .. } => participant.uuid(),
            What::ResponseRecorded { response, .. } => response.uuid(),
            What::CostRecorded { cost, .. } => cost.uuid(),
            What::ChannelFiguresRecorded { figures, .. } => figures.uuid(),
            What::PlanRecorded { plan, .. } => plan.uuid(),
            What::SurveyAnswered { answer, .. } => answer.uuid(),
            What::ReferralMade { referral, .. } | What::ReferralRewarded { referral, .. } => {
                referral.uuid()
            }
            What::ReferrerCounted { referral, .. } => other_side(*referral),
            What::DealOpened { deal, .. }
            | What::DealStageChanged { deal, .. }
            | What::DealWon { deal, .. }
            | What::DealLost { deal, .. }
            | What::DealRecorded { deal, .. }
            | What::DealActivityCompleted { deal, .. }
            | What::OfferRecorded { deal, .. } => deal.uuid(),
            What::TopicRecorded { topic, .. } => topic.uuid(),
            What::ContractSigned { contract, .. }
            | What::ContractActivated { contract }
            | What::ContractEnded { contract, .. }
            | What::ContractRecorded { contract, .. }
            | What::ContractGrown { contract, .. }
            | What::PaymentRecorded { contract, .. } => contract.uuid(),
            What::StaffRecorded { staff, .. } => staff.uuid(),
            What::PartnerRecorded { partner, .. } => partner.uuid(),
            What::RateRecorded { .. } | What::WeightsFitted { .. } => Uuid::nil(),
        }
    }

    /// Its subject first, then all that it links or may link, none twice; empty for rates and weights.
    pub fn nodes(&self) -> Vec<Uuid> {
        if self.is_parameter() {
            return Vec::new();
        }
        let mut nodes = vec![self.subject()];
        self.for_each_linked(|node| {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        });
        nodes
    }

    /// True for rates and weights: they belong to no journey and change what is made of all.
    pub fn is_parameter(&self) -> bool {
        matches!(
            self.what,
            What::RateRecorded { .. } | What::WeightsFitted { .. }
        )
    }

    /// The second fact that an event about a referral is kept as, besides itself.
    ///
    /// The event concerns two journeys, that of who was brought and that of who brought, and must not make
    /// them one. So it is kept twice: as it is, under the referral, which is linked to the lead or the deal;
    /// and as [`What::ReferrerCounted`], under a node of its own, which is linked to the referrer.
    pub fn counterpart(&self) -> Option<Self> {
        let (referral, referrer, rewarded) = match self.what {
            What::ReferralMade {
                referral, referrer, ..
            } => (referral, referrer, false),
            What::ReferralRewarded {
                referral, referrer, ..
            } => (referral, referrer, true),
            _ => return None,
        };
        Some(Self {
            id: twin(self.id),
            at: self.at,
            revision: self.revision,
            what: What::ReferrerCounted {
                referral,
                referrer,
                rewarded,
            },
        })
    }

    /// What the subject is linked to by this fact if nothing newer says otherwise.
    pub(crate) fn for_each_linked(&self, mut each: impl FnMut(Uuid)) {
        match &self.what {
            What::LeadCreated { source, .. } | What::EnquiryAttached { source, .. } => {
                response(source).into_iter().for_each(each);
            }
            What::LeadQualified { person, deal, .. } => {
                each(person.uuid());
                deal.iter().for_each(|deal| each(deal.uuid()));
            }
            What::PersonRecorded { leads, .. } => leads.iter().for_each(|lead| each(lead.uuid())),
            What::PersonsLinked { kept, joined, .. } => {
                each(kept.uuid());
                each(joined.uuid());
            }
            What::CaseRecorded { person, about, .. } => {
                somebody(*person).into_iter().chain(*about).for_each(each);
            }
            What::ParticipantRecorded { person, .. } => {
                somebody(*person).into_iter().for_each(each);
            }
            What::ResponseRecorded {
                participant,
                person,
                ..
            } => {
                each(participant.uuid());
                somebody(*person).into_iter().for_each(each);
            }
            What::SurveyAnswered {
                participant,
                person,
                ..
            } => {
                participant.iter().for_each(|who| each(who.uuid()));
                somebody(*person).into_iter().for_each(each);
            }
            What::ReferralMade { lead, .. } => each(lead.uuid()),
            What::ReferralRewarded { deal, .. } => each(deal.uuid()),
            What::ReferrerCounted { referrer, .. } => each(referrer.uuid()),
            What::DealOpened { lead, person, .. } => {
                lead.iter().for_each(|lead| each(lead.uuid()));
                somebody(*person).into_iter().for_each(each);
            }
            What::DealRecorded {
                lead,
                person,
                previous_contract,
                ..
            } => {
                lead.iter().for_each(|lead| each(lead.uuid()));
                previous_contract.iter().for_each(|one| each(one.uuid()));
                somebody(*person).into_iter().for_each(each);
            }
            What::ContractSigned {
                deal, lead, person, ..
            } => {
                each(deal.uuid());
                lead.iter().for_each(|lead| each(lead.uuid()));
                somebody(*person).into_iter().for_each(each);
            }
            What::ContractRecorded {
                deal,
                lead,
                person,
                previous,
                ..
            } => {
                each(deal.uuid());
                lead.iter().for_each(|lead| each(lead.uuid()));
                previous.iter().for_each(|one| each(one.uuid()));
                somebody(*person).into_iter().for_each(each);
            }
            _ => {}
        }
    }
}

fn response(source: &Source) -> Option<Uuid> {
    source.response.map(ids::ResponseId::uuid)
}

fn somebody(person: Option<PersonId>) -> Option<Uuid> {
    person.map(PersonId::uuid)
}

/// The node under which a referral counts for who brought.
fn other_side(referral: ReferralId) -> Uuid {
    twin(referral.uuid())
}

/// An id that belongs to another one: the same with version 8 in place of 7, which no id that is made has.
fn twin(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128() ^ (0xf << 76))
}
