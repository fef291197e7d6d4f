//! Makes up what happened to a number of persons, the same for the same seed.

use analytics::domain::fact::{Fact, Money, Source, What};
use clock::Timestamp;
use ids::{CampaignId, ContractId, DealId, LeadId, ParticipantId, PersonId, ResponseId, StaffId};
use uuid::Uuid;

/// Numbers by the method `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place + 1));
        }
    }
}

/// Two years of a company; `seed` also tells apart the ids of several.
pub(crate) struct Company {
    pub(crate) dice: Dice,
    seed: u64,
    ids: u64,
    at: i64,
    pub(crate) facts: Vec<Fact>,
    pub(crate) persons: Vec<PersonId>,
    campaigns: Vec<CampaignId>,
    staff: Vec<StaffId>,
}

const START: i64 = 1_735_689_600;
const CHANNELS: &[&str] = &["form", "email", "call", "partner", "campaign"];
const REASONS: &[&str] = &["price", "no_budget", "competitor"];

impl Company {
    pub(crate) fn new(seed: u64, persons: usize) -> Self {
        let mut company = Self {
            dice: Dice::new(seed),
            seed,
            ids: 0,
            at: START,
            facts: Vec::new(),
            persons: Vec::new(),
            campaigns: Vec::new(),
            staff: Vec::new(),
        };
        for _ in 0..3 {
            let campaign = CampaignId::from_uuid(company.id());
            company.campaigns.push(campaign);
            let staff = StaffId::from_uuid(company.id());
            company.staff.push(staff);
        }
        company.costs();
        for _ in 0..persons {
            company.at = START + i64::try_from(company.dice.below(300 * 86_400)).unwrap();
            company.person();
        }
        company.referrals();
        company.moves();
        company
    }

    pub(crate) fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(
            0x0198_0000_0000_7000_8000_0000_0000_0000
                | u128::from(self.seed) << 32
                | u128::from(self.ids),
        )
    }

    fn later(&mut self) -> Timestamp {
        // Now and then two things happen at the same moment.
        if !self.dice.chance(10) {
            self.at += i64::try_from(self.dice.below(12 * 86_400)).unwrap();
        }
        self.now()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_timestamp(self.at, 0).unwrap()
    }

    fn note(&mut self, revision: i64, what: What) {
        let fact = Fact {
            id: self.id(),
            at: self.now(),
            revision,
            what,
        };
        self.facts.extend(fact.counterpart());
        self.facts.push(fact);
    }

    fn money(&mut self) -> Money {
        let currency = *self.dice.pick(&["EUR", "EUR", "HUF", "RUB", "JPY"]);
        Money {
            minor: i64::try_from(self.dice.below(5_000_000)).unwrap() - 20_000,
            currency: currency.to_owned(),
        }
    }

    fn agent(&mut self) -> Option<StaffId> {
        let staff = self.staff.clone();
        self.dice.chance(80).then(|| *self.dice.pick(&staff))
    }

    fn campaign(&mut self) -> CampaignId {
        let campaigns = self.campaigns.clone();
        *self.dice.pick(&campaigns)
    }

    fn source(&mut self, response: Option<ResponseId>) -> Source {
        Source {
            channel: (*self.dice.pick(CHANNELS)).to_owned(),
            name: (*self.dice.pick(&["", "site", "office"])).to_owned(),
            campaign: self.dice.chance(30).then(|| self.campaign()),
            response,
            ..Source::default()
        }
    }

    fn costs(&mut self) {
        for _ in 0..4 {
            let (cost, campaign) = (ids::CostId::from_uuid(self.id()), self.campaign());
            for revision in 1..=2 {
                let (planned, actual) = (self.money(), self.money());
                let what = What::CostRecorded {
                    cost,
                    campaign,
                    activity: None,
                    channel: "campaign".to_owned(),
                    kind: "expense".to_owned(),
                    line: "line".to_owned(),
                    planned: Some(planned),
                    actual: self.dice.chance(50).then_some(actual),
                    planned_minutes: 0,
                    actual_minutes: 7,
                    spent_at: self.later(),
                    removed: self.dice.chance(20),
                };
                self.note(revision, what);
            }
        }
        for _ in 0..3 {
            let figures = ids::FiguresId::from_uuid(self.id());
            let starts_at = self.later();
            let what = What::ChannelFiguresRecorded {
                figures,
                campaign: Some(self.campaign()),
                channel: "form".to_owned(),
                starts_at,
                ends_at: self.later(),
                reach: 1_001,
                clicks: 77,
                requests: 5,
                cost: Some(self.money()),
                removed: false,
            };
            self.note(1, what);
        }
    }

    fn person(&mut self) {
        let person = PersonId::from_uuid(self.id());
        self.persons.push(person);
        let participant = self.dice.chance(50).then(|| self.participant(person));
        let mut leads = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let response = participant
                .filter(|_| self.dice.chance(60))
                .map(|participant| self.response(participant));
            leads.push(self.lead(person, response));
        }
        if self.dice.chance(60) {
            let what = What::PersonRecorded {
                person,
                organisation: None,
                leads: leads.clone(),
            };
            self.note(1, what);
            if self.dice.chance(30) {
                // The first lead was somebody else.
                let what = What::PersonRecorded {
                    person,
                    organisation: None,
                    leads: leads.iter().skip(1).copied().collect(),
                };
                self.note(2, what);
            }
        }
        if self.dice.chance(40) {
            self.deal(None, person, "direct");
        }
        if self.dice.chance(40) {
            let answer = ids::AnswerId::from_uuid(self.id());
            let what = What::SurveyAnswered {
                answer,
                campaign: self.campaign(),
                participant,
                person: Some(person),
                recommends: Some(i32::try_from(self.dice.below(11)).unwrap()),
                answered_at: self.later(),
            };
            self.note(1, what);
        }
        self.case(person);
    }

    fn case(&mut self, person: PersonId) {
        let case = ids::CaseId::from_uuid(self.id());
        let opened_at = self.later();
        for revision in 1..=2 {
            let resolved_at = (revision == 2).then(|| self.later());
            let what = What::CaseRecorded {
                case,
                person: Some(person),
                step: "delivery".to_owned(),
                severity: "minor".to_owned(),
                about: None,
                responsible: self.agent(),
                opened_at,
                resolved_at,
            };
            self.note(revision, what);
        }
    }

    fn participant(&mut self, person: PersonId) -> ParticipantId {
        let participant = ParticipantId::from_uuid(self.id());
        let campaign = self.campaign();
        if self.dice.chance(60) {
            let what = What::ParticipantRecorded {
                participant,
                campaign,
                status: "actual".to_owned(),
                person: Some(person),
            };
            self.note(1, what);
        }
        for _ in 0..self.dice.below(4) {
            let what = What::ParticipantContacted {
                interaction: ids::InteractionId::from_uuid(self.id()),
                campaign,
                activity: None,
                participant,
                kind: "call".to_owned(),
                inbound: false,
                contacted_at: self.later(),
            };
            self.note(1, what);
        }
        participant
    }

    fn response(&mut self, participant: ParticipantId) -> ResponseId {
        let response = ResponseId::from_uuid(self.id());
        let what = What::ResponseRecorded {
            response,
            campaign: self.campaign(),
            activity: None,
            participant,
            person: None,
            positive: true,
            responded_at: self.later(),
        };
        self.note(1, what);
        response
    }

    fn lead(&mut self, person: PersonId, response: Option<ResponseId>) -> LeadId {
        let lead = LeadId::from_uuid(self.id());
        let mut revision = 1;
        let created = What::LeadCreated {
            lead,
            submission: ids::SubmissionId::from_uuid(self.id()),
            source: self.source(response),
            topic: "solar".to_owned(),
            responsible: self.agent(),
            received_at: self.later(),
        };
        self.note(revision, created);
        for _ in 0..self.dice.below(4) {
            revision += 1;
            let what = What::EnquiryAttached {
                lead,
                submission: ids::SubmissionId::from_uuid(self.id()),
                source: self.source(None),
                received_at: self.later(),
            };
            self.note(revision, what);
        }
        for _ in 0..self.dice.below(3) {
            revision += 1;
            self.outcome(lead, person, revision);
        }
        if self.dice.chance(60) {
            let what = What::LeadRecorded {
                lead,
                state: "in_work".to_owned(),
                topic: "solar".to_owned(),
                temperature: (*self.dice.pick(&["cold", "warm", "hot"])).to_owned(),
                responsible: self.agent(),
                filled_fields: 3,
                wanted_fields: 5,
            };
            self.note(revision, what);
        }
        lead
    }

    fn outcome(&mut self, lead: LeadId, person: PersonId, revision: i64) {
        let at = self.later();
        let positive = self.dice.chance(60);
        let reason = (*self.dice.pick(REASONS)).to_owned();
        let by = self.agent();
        let what = What::LeadOutcomeRecorded {
            lead,
            outcome: if positive { "positive" } else { "negative" }.to_owned(),
            reason: reason.clone(),
            by,
            recorded_at: at,
        };
        self.note(revision, what);
        if !positive {
            let what = What::LeadRefused {
                lead,
                reason,
                refused_at: at,
            };
            self.note(revision, what);
            return;
        }
        let deal = self
            .dice
            .chance(80)
            .then(|| self.deal(Some(lead), person, "lead"));
        let what = What::LeadQualified {
            lead,
            person,
            deal,
            qualified_at: at,
        };
        self.note(revision, what);
    }

    fn deal(&mut self, lead: Option<LeadId>, person: PersonId, origin: &str) -> DealId {
        let deal = DealId::from_uuid(self.id());
        let topic = ids::TopicId::from_uuid(self.id());
        let (amount, responsible) = (self.money(), self.agent());
        let opened_at = self.later();
        let what = What::DealOpened {
            deal,
            topic,
            stage: "need".to_owned(),
            amount: Some(amount.clone()),
            lead,
            person: Some(person),
            responsible,
            origin: origin.to_owned(),
            source: None,
        };
        self.note(1, what);
        let state = |stage: &str, percent, state: &str| What::DealRecorded {
            deal,
            topic,
            stage: stage.to_owned(),
            state: state.to_owned(),
            amount: Some(amount.clone()),
            expected_close_at: None,
            probability_percent: percent,
            committed: false,
            lead,
            person: Some(person),
            responsible,
            origin: origin.to_owned(),
            previous_contract: None,
            sale_object: String::new(),
            opened_at: Some(opened_at),
        };
        self.note(1, state("need", 10, "open"));
        if self.dice.chance(60) {
            let changed_at = self.later();
            let what = What::DealStageChanged {
                deal,
                from_stage: "need".to_owned(),
                to_stage: "offer".to_owned(),
                changed_at,
            };
            self.note(2, what);
            self.note(2, state("offer", 50, "open"));
            self.activity(deal);
        }
        match self.dice.below(4) {
            0 => {}
            1 => {
                self.lose(deal);
                self.note(3, state("offer", 0, "lost"));
            }
            _ => {
                let what = What::DealWon {
                    deal,
                    amount: Some(amount.clone()),
                    won_at: self.later(),
                };
                self.note(3, what);
                self.note(3, state("offer", 100, "won"));
                self.contract(deal, lead, person, &amount);
            }
        }
        deal
    }

    fn lose(&mut self, deal: DealId) {
        let what = What::DealLost {
            deal,
            reason: (*self.dice.pick(REASONS)).to_owned(),
            stage: "offer".to_owned(),
            amount: None,
            lost_at: self.later(),
        };
        self.note(3, what);
    }

    fn activity(&mut self, deal: DealId) {
        let what = What::DealActivityCompleted {
            deal,
            activity: ids::DealActivityId::from_uuid(self.id()),
            kind: "meeting".to_owned(),
            responsible: self.agent(),
            completed_at: self.later(),
        };
        self.note(2, what);
    }

    fn contract(&mut self, deal: DealId, lead: Option<LeadId>, person: PersonId, amount: &Money) {
        let contract = ContractId::from_uuid(self.id());
        let signed_at = self.later();
        let what = What::ContractSigned {
            contract,
            deal,
            lead,
            person: Some(person),
            amount: Some(amount.clone()),
            signed_at,
        };
        self.note(2, what);
        let state = |state: &str, minor: i64| What::ContractRecorded {
            contract,
            number: "1".to_owned(),
            state: state.to_owned(),
            kind: "new".to_owned(),
            previous: None,
            deal,
            lead,
            person: Some(person),
            responsible: None,
            value: Some(Money {
                minor,
                currency: amount.currency.clone(),
            }),
            starts_at: None,
            ends_at: None,
            signed_at: Some(signed_at),
            ended_at: None,
        };
        self.note(2, state("signed", amount.minor));
        self.payments(contract);
        if self.dice.chance(40) {
            let grown_at = self.later();
            let what = What::ContractGrown {
                growth: ids::GrowthId::from_uuid(self.id()),
                contract,
                kind: "expansion".to_owned(),
                added: Some(Money {
                    minor: 1_000,
                    currency: amount.currency.clone(),
                }),
                grown_at,
            };
            self.note(1, what);
            self.note(3, state("active", amount.minor + 1_000));
        }
        if self.dice.chance(40) {
            let what = What::ContractEnded {
                contract,
                kind: "terminated".to_owned(),
                reason: "moved".to_owned(),
                ended_at: self.later(),
            };
            self.note(4, what);
        }
    }

    fn payments(&mut self, contract: ContractId) {
        for _ in 0..self.dice.below(3) {
            let payment = ids::PaymentId::from_uuid(self.id());
            let amount = self.money();
            let due_at = self.later();
            for revision in 1..=2 {
                let received_at = (revision == 2 && self.dice.chance(70)).then(|| self.later());
                let what = What::PaymentRecorded {
                    payment,
                    contract,
                    amount: Some(amount.clone()),
                    due_at: Some(due_at),
                    received_at,
                    removed: received_at.is_none() && self.dice.chance(20),
                };
                self.note(revision, what);
            }
        }
    }

    /// Some enquiries turn out to be somebody else's.
    fn moves(&mut self) {
        let mut leads = Vec::new();
        let mut enquiries = Vec::new();
        for fact in &self.facts {
            match &fact.what {
                What::LeadCreated { lead, .. } => leads.push(*lead),
                What::EnquiryAttached { submission, .. } => enquiries.push(*submission),
                _ => {}
            }
        }
        enquiries.truncate(3);
        self.at = START + 600 * 86_400;
        for (place, submission) in enquiries.into_iter().enumerate() {
            let (source, received_at) = (self.source(None), self.later());
            let what = if place == 0 {
                What::LeadCreated {
                    lead: LeadId::from_uuid(self.id()),
                    submission,
                    source,
                    topic: String::new(),
                    responsible: None,
                    received_at,
                }
            } else {
                What::EnquiryAttached {
                    lead: leads[self.dice.below(leads.len())],
                    submission,
                    source,
                    received_at,
                }
            };
            self.note(1, what);
        }
    }

    fn referrals(&mut self) {
        let leads: Vec<LeadId> = self
            .facts
            .iter()
            .filter_map(|fact| match fact.what {
                What::LeadCreated { lead, .. } => Some(lead),
                _ => None,
            })
            .collect();
        for _ in 0..2 {
            let what = What::ReferralMade {
                referral: ids::ReferralId::from_uuid(self.id()),
                campaign: self.campaign(),
                referrer: self.persons[self.dice.below(self.persons.len())],
                lead: leads[self.dice.below(leads.len())],
                made_at: self.later(),
            };
            self.note(1, what);
        }
    }

    /// Says of two persons that they are one, or are not any more.
    pub(crate) fn link(&mut self, merge: Uuid, pair: [PersonId; 2], revision: i64, merged: bool) {
        let what = What::PersonsLinked {
            merge: ids::MergeId::from_uuid(merge),
            kept: pair[0],
            joined: pair[1],
            merged,
        };
        self.note(revision, what);
    }
}
