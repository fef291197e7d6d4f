//! Which journey a fact belongs to: the subject that it is kept under, and what it may link that to.
//!
//! Organisations, campaigns and members of staff never link: they would make one journey of everything.

use uuid::Uuid;

use ids::{ContractId, DealId, LeadId, ParticipantId, PersonId, ReferralId, ResponseId};

use super::{Fact, Source, What};

impl Fact {
    /// What it is kept under: the aggregate, or what that is a part of.
    ///
    /// Nil for rates and weights, which belong to no journey.
    pub fn subject(&self) -> Uuid {
        match &self.what {
            What::LeadCreated { lead, .. }
            | What::LeadRecorded { lead, .. }
            | What::LeadAssigned { lead, .. }
            | What::LeadOutcomeRecorded { lead, .. }
            | What::LeadQualified { lead, .. }
            | What::LeadRefused { lead, .. }
            | What::LeadReopened { lead }
            | What::QuestionnaireAnswered { lead, .. } => lead.uuid(),
            // It may be moved to another lead later, so it is found by itself.
            What::EnquiryAttached { submission, .. } => submission.uuid(),
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
        for node in self.linked() {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
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
    pub(crate) fn linked(&self) -> impl Iterator<Item = Uuid> {
        let leads = match &self.what {
            What::PersonRecorded { leads, .. } => leads.as_slice(),
            _ => &[],
        };
        self.few()
            .into_iter()
            .flatten()
            .chain(leads.iter().map(|lead| lead.uuid()))
    }

    /// All linked but the leads of a person, of which there may be many.
    fn few(&self) -> [Option<Uuid>; 4] {
        match &self.what {
            What::LeadCreated {
                submission, source, ..
            } => [Some(submission.uuid()), response(source), None, None],
            What::EnquiryAttached { lead, source, .. } => {
                [Some(lead.uuid()), response(source), None, None]
            }
            What::LeadQualified { person, deal, .. } => {
                [Some(person.uuid()), deal.map(DealId::uuid), None, None]
            }
            What::PersonsLinked { kept, joined, .. } => {
                [Some(kept.uuid()), Some(joined.uuid()), None, None]
            }
            What::CaseRecorded { person, about, .. } => {
                [person.map(PersonId::uuid), *about, None, None]
            }
            What::ParticipantRecorded { person, .. } => {
                [person.map(PersonId::uuid), None, None, None]
            }
            What::ResponseRecorded {
                participant,
                person,
                ..
            } => [
                Some(participant.uuid()),
                person.map(PersonId::uuid),
                None,
                None,
            ],
            What::SurveyAnswered {
                participant,
                person,
                ..
            } => [
                participant.map(ParticipantId::uuid),
                person.map(PersonId::uuid),
                None,
                None,
            ],
            What::ReferralMade { lead, .. } => [Some(lead.uuid()), None, None, None],
            What::ReferralRewarded { deal, .. } => [Some(deal.uuid()), None, None, None],
            What::ReferrerCounted { referrer, .. } => [Some(referrer.uuid()), None, None, None],
            _ => self.of_sale(),
        }
    }

    /// What deals and contracts are linked to.
    fn of_sale(&self) -> [Option<Uuid>; 4] {
        let (deal, lead, person, previous) = match &self.what {
            What::DealOpened { lead, person, .. } => (None, lead, person, None),
            What::DealRecorded {
                lead,
                person,
                previous_contract,
                ..
            } => (None, lead, person, *previous_contract),
            What::ContractSigned {
                deal, lead, person, ..
            } => (Some(*deal), lead, person, None),
            What::ContractRecorded {
                deal,
                lead,
                person,
                previous,
                ..
            } => (Some(*deal), lead, person, *previous),
            _ => return [None; 4],
        };
        [
            deal.map(DealId::uuid),
            lead.map(LeadId::uuid),
            person.map(PersonId::uuid),
            previous.map(ContractId::uuid),
        ]
    }
}

fn response(source: &Source) -> Option<Uuid> {
    source.response.map(ResponseId::uuid)
}

/// The node under which a referral counts for who brought.
fn other_side(referral: ReferralId) -> Uuid {
    twin(referral.uuid())
}

/// An id that belongs to another one: the same with version 8 in place of 7, which no id that is made has.
fn twin(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128() ^ (0xf << 76))
}
