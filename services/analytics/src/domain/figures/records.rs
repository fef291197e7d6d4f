//! The tables of records: what stands behind the sums.

record_tables! {
    /// A lead; the id is its own.
    Lead in "lead_record" {
        received_at: Time,
        topic: Label,
        channel: Label,
        source: Label,
        campaign: Label,
        activity: Label,
        partner: Label,
        agent: Label,
        temperature: Label,
        /// `new`, `in_work`, `qualified`, `refused`.
        state: Label,
        /// Of the last refusal.
        reason: Label,
        talked_at: Time,
        /// The first time.
        qualified_at: Time,
        /// The last time.
        refused_at: Time,
        recovered: Flag,
        enquiries: Int,
        deals: Int,
        won: Int,
        contracts: Int,
        revenue: Int,
        filled_fields: Int,
        wanted_fields: Int,
    }

    /// A deal; the id is its own.
    Deal in "deal_record" {
        lead: Id,
        /// The day it counts on in the funnel: arrival of its lead, else its own opening.
        counted_at: Time,
        opened_at: Time,
        closed_at: Time,
        topic: Label,
        stage: Label,
        stage_since: Time,
        /// `open`, `won`, `lost`.
        state: Label,
        origin: Label,
        agent: Label,
        channel: Label,
        source: Label,
        campaign: Label,
        partner: Label,
        sale_object: Text,
        minor: Int,
        currency: Label,
        /// In the base currency by the rate of the day it was closed, while open of the day it was opened; 0 when
        /// it cannot be converted.
        value: Int,
        converted: Flag,
        probability_percent: Int,
        committed: Flag,
        expected_close_at: Time,
        reason: Label,
    }

    /// A contract; the id is its own.
    Contract in "contract_record" {
        deal: Id,
        lead: Id,
        number: Text,
        /// `draft`, `sent`, `signed`, `active`, `ended`.
        state: Label,
        kind: Label,
        previous: Id,
        agent: Label,
        channel: Label,
        source: Label,
        campaign: Label,
        partner: Label,
        /// The day it counts on in the funnel: arrival of its lead, else the opening of its deal, else the signing.
        counted_at: Time,
        signed_at: Time,
        starts_at: Time,
        ends_at: Time,
        /// When it came into force.
        started_at: Time,
        ended_at: Time,
        end_kind: Label,
        reason: Label,
        continued: Flag,
        /// What it brings with what it has grown by, in its own currency.
        minor: Int,
        currency: Label,
        /// The same in the base currency; of a contract that is not signed yet it is no revenue.
        value: Int,
        converted: Flag,
        /// Payments still to come.
        expected: Int,
        /// Payments received, refunds deducted.
        received: Int,
        /// First day of the month in which the client signed for the first time.
        cohort_at: Time,
        /// Whole months from then to the signing.
        age: Label,
        /// The first that the client signed at that age.
        first_of_age: Flag,
    }

    /// A touch; the id is that of what was recorded (submission, response, interaction …).
    Touch in "touch_record" {
        touched_at: Time,
        kind: Label,
        channel: Label,
        source: Label,
        campaign: Label,
        activity: Label,
        partner: Label,
        lead: Id,
        person: Id,
        /// From 1 in its journey.
        place: Int,
        /// When the submission came that joined the card of the lead, of a touch that stands for one.
        enquired_at: Time,
        /// Of a touch that earns credit: the first such touch of the journey.
        began_at: Time,
        /// Likewise: channels up to it, as those of a path.
        path: Label,
        /// Likewise: channel of such a touch before, `start` for the first of a chain.
        from_channel: Label,
    }

    /// Credit of a touch for a contract by a model; the id is made of the three.
    Credit in "credit_record" {
        model: Label,
        contract: Id,
        touch: Id,
        signed_at: Time,
        channel: Label,
        source: Label,
        campaign: Label,
        activity: Label,
        partner: Label,
        parts: Int,
        revenue: Int,
    }

    /// What happened to a lead or deal, or was done with it; the id is made of whom it happened to and its place, of an
    /// activity its own, of a purchase that of the contract.
    History in "history_record" {
        /// `stay`, `assignment`, `talk`, `activity`, `reopening`, `purchase`.
        kind: Label,
        /// Of a stay its begin.
        happened_at: Time,
        ended_at: Time,
        lead: Id,
        deal: Id,
        contract: Id,
        topic: Label,
        channel: Label,
        source: Label,
        campaign: Label,
        partner: Label,
        /// Who had the lead or deal, or did it.
        agent: Label,
        temperature: Label,
        stage: Label,
        /// Of a talk its outcome, empty when only the qualification tells of it; of a stay that is over `won`, `lost`,
        /// `moved`; of an activity its kind.
        outcome: Label,
        /// The first talk.
        first: Flag,
        advanced: Flag,
        /// Length of a stay, from arrival to the first talk, from the first touch to the purchase.
        seconds: Int,
        /// Of a deal lost, of a purchase.
        value: Int,
    }

    /// A refusal of a lead or loss of a deal; the id is made of its subject and time.
    Refusal in "refusal_record" {
        phase: Label,
        lead: Id,
        deal: Id,
        refused_at: Time,
        stage: Label,
        reason: Label,
        topic: Label,
        channel: Label,
        agent: Label,
        lost_value: Int,
        recovered: Flag,
    }

    /// A line of costs; the id is its own.
    Cost in "cost_record" {
        campaign: Label,
        activity: Label,
        channel: Label,
        kind: Label,
        line: Text,
        spent_at: Time,
        planned_minor: Int,
        planned_currency: Label,
        planned: Int,
        actual_minor: Int,
        actual_currency: Label,
        actual: Int,
        planned_minutes: Int,
        actual_minutes: Int,
        converted: Flag,
    }

    /// Figures of a channel; the id is their own.
    Channel in "channel_record" {
        channel: Label,
        campaign: Label,
        starts_at: Time,
        ends_at: Time,
        reach: Int,
        clicks: Int,
        requests: Int,
        minor: Int,
        currency: Label,
        cost: Int,
        converted: Flag,
    }

    /// A line of a marketing plan; the id is its own.
    Plan in "plan_record" {
        starts_at: Time,
        ends_at: Time,
        channel: Label,
        campaign: Label,
        target_leads: Int,
        allowed_minor: Int,
        allowed_currency: Label,
        /// Allowed cost per lead in the base currency, by the rate of the first day.
        allowed: Int,
        agent: Label,
    }

    /// A payment of a contract; the id is its own.
    Payment in "payment_record" {
        contract: Id,
        due_at: Time,
        received_at: Time,
        /// Negative for a refund.
        minor: Int,
        currency: Label,
        /// By the rate of the day it was received, until then of the day it is due.
        value: Int,
        converted: Flag,
        /// Of one received, of a client: first day of the month of the first signing.
        cohort_at: Time,
        /// Whole months from then, 0 for what was received before.
        age: Label,
    }

    /// Somebody who has, or had, a contract; the id is that of the oldest record of the person, else of the
    /// journey.
    Client in "client_record" {
        first_signed_at: Time,
        last_signed_at: Time,
        contracts: Int,
        /// Of them those in force.
        active: Int,
        /// Value of all contracts: lifetime value as agreed.
        value: Int,
        /// What came in of it.
        received: Int,
        touches: Int,
        /// Last answer to "would you recommend us", −1 when never asked.
        recommends: Int,
        referrals: Int,
        rewarded: Int,
        cases: Int,
        open_cases: Int,
        agent: Label,
        channel: Label,
    }

    /// A service case; the id is its own.
    Case in "case_record" {
        step: Label,
        severity: Label,
        agent: Label,
        opened_at: Time,
        resolved_at: Time,
        churned: Flag,
    }

    /// A campaign; the id is its own.
    Campaign in "campaign_record" {
        name: Text,
        kind: Label,
        state: Label,
        agent: Label,
        starts_at: Time,
        ends_at: Time,
        department: Text,
        place: Text,
        project: Text,
        quick: Flag,
    }

    /// What something is called: a member of staff, a partner, an activity, a topic; the id is its own.
    Name in "name_record" {
        /// `staff`, `partner`, `activity`, `topic`.
        kind: Label,
        /// Code of a topic, campaign of an activity; else empty.
        code: Text,
        name: Text,
        active: Flag,
    }

    /// A stage of a topic; the id is made of topic and code.
    StageName in "stage_record" {
        topic: Id,
        code: Label,
        name: Text,
        /// From 0.
        place: Int,
        probability_percent: Int,
        limit_days: Int,
    }

    /// An extension or expansion of a contract that is signed; the id is its own.
    Growth in "growth_record" {
        contract: Id,
        /// `extension`, `expansion`.
        kind: Label,
        grown_at: Time,
        /// Who has the contract.
        agent: Label,
        minor: Int,
        currency: Label,
        /// By the rate of the day it grew.
        value: Int,
        converted: Flag,
    }
}
