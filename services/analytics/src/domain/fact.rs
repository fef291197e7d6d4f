//! What is kept of an event: ids, times, amounts and codes, and nothing of who somebody is.

use clock::Timestamp;
use ids::{
    ActivityId, AnswerId, CampaignId, CaseId, ContractId, CostId, DealActivityId, DealId,
    FiguresId, GrowthId, InteractionId, LeadId, MergeId, OfferId, OrganisationId, ParticipantId,
    PartnerId, PaymentId, PersonId, PlanId, QuestionnaireId, ReferralId, ResponseId, StaffId,
    SubmissionId, TopicId,
};
use uuid::Uuid;

pub mod nodes;

/// An amount: minor units, and a currency of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    pub minor: i64,
    pub currency: String,
}

/// Where something came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    pub channel: String,
    pub name: String,
    pub campaign: Option<CampaignId>,
    pub activity: Option<ActivityId>,
    pub partner: Option<PartnerId>,
    pub response: Option<ResponseId>,
}

/// Something that happened, as far as figures depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Of the event.
    pub id: Uuid,
    /// Of the event; where the fact bears a time of its own, that one counts.
    pub at: Timestamp,
    /// That its aggregate got by it.
    pub revision: i64,
    pub what: What,
}

/// A stage of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageName {
    pub code: String,
    pub name: String,
    pub probability_percent: i32,
    pub limit_days: i32,
}

/// The facts, named as the events they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    // of intake
    LeadCreated {
        lead: LeadId,
        submission: SubmissionId,
        source: Source,
        topic: String,
        responsible: Option<StaffId>,
        received_at: Timestamp,
    },
    EnquiryAttached {
        lead: LeadId,
        submission: SubmissionId,
        source: Source,
        received_at: Timestamp,
    },
    /// The highest revision counts.
    LeadRecorded {
        lead: LeadId,
        state: String,
        topic: String,
        temperature: String,
        responsible: Option<StaffId>,
        filled_fields: i32,
        wanted_fields: i32,
    },
    LeadAssigned {
        lead: LeadId,
        responsible: Option<StaffId>,
    },
    LeadOutcomeRecorded {
        lead: LeadId,
        outcome: String,
        reason: String,
        by: Option<StaffId>,
        recorded_at: Timestamp,
    },
    LeadQualified {
        lead: LeadId,
        person: PersonId,
        deal: Option<DealId>,
        qualified_at: Timestamp,
    },
    LeadRefused {
        lead: LeadId,
        reason: String,
        refused_at: Timestamp,
    },
    LeadReopened {
        lead: LeadId,
    },
    // of customers
    /// The highest revision counts. Its leads are those of the person then, in place of what `LeadQualified` says.
    PersonRecorded {
        person: PersonId,
        organisation: Option<OrganisationId>,
        leads: Vec<LeadId>,
    },
    /// `PersonsMerged` and `PersonsSplit` of one merge: the highest revision counts.
    PersonsLinked {
        merge: MergeId,
        kept: PersonId,
        joined: PersonId,
        /// False from the split on.
        merged: bool,
    },
    CaseRecorded {
        case: CaseId,
        person: Option<PersonId>,
        step: String,
        severity: String,
        /// Id of a lead, a deal or a contract.
        about: Option<Uuid>,
        responsible: Option<StaffId>,
        opened_at: Timestamp,
        resolved_at: Option<Timestamp>,
    },
    // of campaigns
    CampaignRecorded {
        campaign: CampaignId,
        name: String,
        kind: String,
        state: String,
        responsible: Option<StaffId>,
        starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>,
        department: String,
        place: String,
        project: String,
        quick: bool,
    },
    ActivityRecorded {
        activity: ActivityId,
        campaign: CampaignId,
        kind: String,
        name: String,
    },
    ParticipantRecorded {
        participant: ParticipantId,
        campaign: CampaignId,
        status: String,
        person: Option<PersonId>,
    },
    ParticipantContacted {
        interaction: InteractionId,
        campaign: CampaignId,
        activity: Option<ActivityId>,
        participant: ParticipantId,
        kind: String,
        inbound: bool,
        contacted_at: Timestamp,
    },
    ResponseRecorded {
        response: ResponseId,
        campaign: CampaignId,
        activity: Option<ActivityId>,
        participant: ParticipantId,
        person: Option<PersonId>,
        positive: bool,
        responded_at: Timestamp,
    },
    CostRecorded {
        cost: CostId,
        campaign: CampaignId,
        activity: Option<ActivityId>,
        channel: String,
        kind: String,
        line: String,
        planned: Option<Money>,
        actual: Option<Money>,
        planned_minutes: i64,
        actual_minutes: i64,
        spent_at: Timestamp,
        removed: bool,
    },
    ChannelFiguresRecorded {
        figures: FiguresId,
        campaign: Option<CampaignId>,
        channel: String,
        starts_at: Timestamp,
        /// The day after the last one.
        ends_at: Timestamp,
        reach: i64,
        clicks: i64,
        requests: i64,
        cost: Option<Money>,
        removed: bool,
    },
    PlanRecorded {
        plan: PlanId,
        campaign: Option<CampaignId>,
        channel: String,
        starts_at: Timestamp,
        ends_at: Timestamp,
        target_leads: i64,
        allowed_cost_per_lead: Option<Money>,
        responsible: Option<StaffId>,
        removed: bool,
    },
    SurveyAnswered {
        answer: AnswerId,
        campaign: CampaignId,
        participant: Option<ParticipantId>,
        person: Option<PersonId>,
        recommends: Option<i32>,
        answered_at: Timestamp,
    },
    ReferralMade {
        referral: ReferralId,
        campaign: CampaignId,
        referrer: PersonId,
        lead: LeadId,
        made_at: Timestamp,
    },
    ReferralRewarded {
        referral: ReferralId,
        campaign: CampaignId,
        referrer: PersonId,
        deal: DealId,
        reward: Option<Money>,
        rewarded_at: Timestamp,
    },
    /// `ReferralMade` or `ReferralRewarded` as it counts for who brought somebody: see [`Fact::counterpart`].
    ReferrerCounted {
        referral: ReferralId,
        referrer: PersonId,
        rewarded: bool,
    },
    // of notifications
    QuestionnaireAnswered {
        questionnaire: QuestionnaireId,
        lead: LeadId,
        answered_at: Timestamp,
    },
    // of deals
    DealOpened {
        deal: DealId,
        topic: TopicId,
        stage: String,
        amount: Option<Money>,
        lead: Option<LeadId>,
        person: Option<PersonId>,
        responsible: Option<StaffId>,
        origin: String,
        source: Option<Source>,
    },
    DealStageChanged {
        deal: DealId,
        from_stage: String,
        to_stage: String,
        changed_at: Timestamp,
    },
    DealWon {
        deal: DealId,
        amount: Option<Money>,
        won_at: Timestamp,
    },
    DealLost {
        deal: DealId,
        reason: String,
        stage: String,
        amount: Option<Money>,
        lost_at: Timestamp,
    },
    /// The highest revision counts.
    DealRecorded {
        deal: DealId,
        topic: TopicId,
        stage: String,
        state: String,
        amount: Option<Money>,
        expected_close_at: Option<Timestamp>,
        probability_percent: i32,
        committed: bool,
        lead: Option<LeadId>,
        person: Option<PersonId>,
        responsible: Option<StaffId>,
        origin: String,
        previous_contract: Option<ContractId>,
        sale_object: String,
        opened_at: Option<Timestamp>,
    },
    DealActivityCompleted {
        deal: DealId,
        activity: DealActivityId,
        kind: String,
        responsible: Option<StaffId>,
        completed_at: Timestamp,
    },
    OfferRecorded {
        offer: OfferId,
        deal: DealId,
        state: String,
        amount: Option<Money>,
        up_sell_minor: i64,
        cross_sell_minor: i64,
    },
    TopicRecorded {
        topic: TopicId,
        code: String,
        name: String,
        stages: Vec<StageName>,
    },
    // of contracts
    ContractSigned {
        contract: ContractId,
        deal: DealId,
        lead: Option<LeadId>,
        person: Option<PersonId>,
        amount: Option<Money>,
        signed_at: Timestamp,
    },
    ContractActivated {
        contract: ContractId,
    },
    ContractEnded {
        contract: ContractId,
        kind: String,
        reason: String,
        ended_at: Timestamp,
    },
    /// The highest revision counts.
    ContractRecorded {
        contract: ContractId,
        number: String,
        state: String,
        kind: String,
        previous: Option<ContractId>,
        deal: DealId,
        lead: Option<LeadId>,
        person: Option<PersonId>,
        responsible: Option<StaffId>,
        value: Option<Money>,
        starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>,
        signed_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
    },
    ContractGrown {
        growth: GrowthId,
        contract: ContractId,
        kind: String,
        added: Option<Money>,
        grown_at: Timestamp,
    },
    PaymentRecorded {
        payment: PaymentId,
        contract: ContractId,
        amount: Option<Money>,
        due_at: Option<Timestamp>,
        received_at: Option<Timestamp>,
        removed: bool,
    },
    // of the gateway
    StaffRecorded {
        staff: StaffId,
        name: String,
        active: bool,
    },
    PartnerRecorded {
        partner: PartnerId,
        name: String,
        active: bool,
    },
    // of analytics itself
    /// A rate of a currency for a day and those after, until the next one.
    RateRecorded {
        currency: String,
        day: super::figures::Day,
        /// Billionths of a unit of the base currency that a unit of the currency is worth; 0 takes the rate back.
        billionths: i64,
    },
    /// The data-driven model was fitted anew.
    WeightsFitted {
        /// Counts up from 1.
        version: i64,
        /// Removal effect by channel, in millionths.
        weights: Vec<(String, i64)>,
    },
}
