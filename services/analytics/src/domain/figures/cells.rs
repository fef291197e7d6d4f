//! The tables of sums.

cell_tables! {
    /// What became of the leads that arrived on a day, until now. A deal without a lead (or of one whose arrival
    /// is not known) makes a row of its own, with no leads, on the day it was opened and with the channel of its
    /// source, else `direct`. Seconds are those since the step before it, 0 where that is not known.
    Funnel in "funnel_cell" by {
        /// As on the card of the lead: code, id or name; of a direct deal the id.
        topic,
        channel,
        source,
        /// `camp_…`.
        campaign,
        /// `part_…`.
        partner,
        /// Who has the lead (or the deal) now: `staff_…`.
        agent,
        /// `cold`, `warm`, `hot`.
        temperature,
    } sums {
        leads,
        /// Submissions that joined them.
        enquiries,
        /// Leads that were talked to; who was qualified was.
        talked,
        /// Seconds from arrival to the first talk, over those talked to.
        talked_seconds,
        qualified,
        /// From the first talk.
        qualified_seconds,
        /// Leads that were refused at least once.
        refused,
        /// Refused once and qualified later, or reopened and with a deal.
        recovered,
        deals,
        /// From the qualification to the opening.
        deal_seconds,
        won,
        /// From the opening.
        won_seconds,
        lost,
        lost_value,
        /// Signed ones.
        contracts,
        /// From winning the deal to the signing.
        signed_seconds,
        /// Value of the contracts, with what they have grown by.
        revenue,
        /// Of them what was received, refunds deducted.
        received,
        /// Value of what is open: amounts of open deals.
        pipeline,
        filled_fields,
        wanted_fields,
        /// Amounts that these sums lack because no rate is known.
        unconverted,
    }

    /// What happened on a day, whenever the lead had arrived.
    Flow in "flow_cell" by {
        topic,
        channel,
        source,
        campaign,
        partner,
        agent,
    } sums {
        leads,
        enquiries,
        qualified,
        refused,
        reopened,
        deals,
        won,
        won_value,
        lost,
        lost_value,
        contracts,
        revenue,
        /// Payments of the day, refunds deducted.
        received,
        /// Of them what was paid back, as a positive amount.
        refunded,
        unconverted,
    }

    /// Stays of deals in stages, by the day they were entered.
    Stage in "stage_cell" by {
        /// `topic_…`.
        topic,
        /// Code of the stage.
        stage,
        agent,
    } sums {
        entered,
        /// Stays that are over.
        completed,
        /// Over those.
        seconds,
        /// To a later stage or won, as far as the order of stages is known by their probabilities; else by any move.
        advanced,
        won,
        lost,
        lost_value,
    }

    /// Refusals of leads and losses of deals.
    Refusal in "refusal_cell" by {
        /// `lead` or `deal`.
        phase,
        /// Code of the stage of a deal; for leads `talk`, or `enquiry` when there was no talk.
        stage,
        reason,
        topic,
        channel,
        agent,
    } sums {
        refusals,
        lost_value,
        /// Of them those whose journey has won a deal since.
        recovered,
        /// Value of the contracts of those deals; each deal counts for the last refusal before it.
        recovered_revenue,
    }

    /// Credit that touches get for contracts, by the day of signing. Per contract and model the parts are
    /// 1,000,000 and the money is the value of the contract, both exactly.
    Credit in "credit_cell" by {
        /// `first`, `last`, `linear`, `position`, `time_decay`, `data_driven`.
        model,
        channel,
        source,
        campaign,
        activity,
        partner,
    } sums {
        /// Millionths of a contract.
        parts,
        /// Value of the contracts.
        revenue,
        /// Credits, that is touches with a part; or one without a touch, for a contract that nothing led to.
        touches,
    }

    /// What campaigns had a hand in: each lead, deal and contract of a journey once per campaign that touched
    /// the journey before (a lead: that it arrived by). By the day the lead arrived, the deal was opened or won,
    /// the contract was signed.
    Influence in "influence_cell" by {
        campaign,
        /// By which the campaign first touched the journey.
        channel,
    } sums {
        leads,
        deals,
        won,
        contracts,
        revenue,
    }

    /// Touches by day. A submission that a response was made into is one touch with it, the response; the
    /// channel of work on a deal is its kind, of answers to farewell letters `questionnaire`.
    Touch in "touch_cell" by {
        /// `submission`, `response`, `contact`, `activity`, `answer`, `referral`, `click`.
        kind,
        channel,
        source,
        campaign,
        partner,
    } sums {
        touches,
        /// First touches of journeys.
        firsts,
    }

    /// Costs of campaigns by the day they count for.
    Cost in "cost_cell" by {
        campaign,
        activity,
        channel,
        /// `expense` or `labour`.
        kind,
    } sums {
        planned,
        actual,
        planned_minutes,
        actual_minutes,
        unconverted,
    }

    /// Figures of channels, spread over their days.
    Channel in "channel_cell" by {
        channel,
        campaign,
    } sums {
        reach,
        clicks,
        requests,
        cost,
        /// Leads that arrived on the day by the channel and of the campaign.
        leads,
        unconverted,
    }

    /// Contracts by the day of what happened to them.
    Contract in "contract_cell" by {
        /// `new`, `renewal`, `extension`, `expansion`, `cross_sale`.
        kind,
        /// Key-account manager.
        agent,
        /// `expired`, `terminated`, empty for what was not an end.
        end_kind,
        /// Reason of an end.
        reason,
    } sums {
        /// Contracts signed; of kind `extension` and `expansion` also what contracts in force grew by.
        signed,
        signed_value,
        /// Came into force; every contract that ended did, at the latest then.
        started,
        ended,
        /// Value of the ended, with what they had grown by.
        ended_value,
        /// Of the ended those with a following contract (renewal, or any of the journey signed later).
        continued,
        unconverted,
    }

    /// Revenue of clients by the month of their first contract; the day is the first of that month.
    Cohort in "cohort_cell" by {
        /// Whole months since the month of the first contract, as a number.
        age,
    } sums {
        /// Clients that have contracts signed in that month of theirs.
        clients,
        contracts,
        revenue,
        received,
    }

    /// What it took until the first purchase, by the day of the first signing.
    Purchase in "purchase_cell" by {
        /// Of the first touch.
        channel,
        topic,
        agent,
    } sums {
        clients,
        /// Touches up to the signing, work on deals among them.
        touches,
        /// From the first touch to the signing.
        seconds,
        revenue,
    }

    /// Paths of journeys, by the day of their first touch.
    Path in "path_cell" by {
        /// Channels of the touches that earn credit, repeats in a row taken as one, at most eight: `form > email >
        /// call`; longer ones end in `> …`.
        path,
    } sums {
        journeys,
        touches,
        contracts,
        revenue,
        /// From the first to the last touch.
        seconds,
    }

    /// Steps between touches that earn credit, by the day of the later one; the base of the data-driven model.
    /// Every signing ends a chain, and the next touch begins another one.
    Step in "step_cell" by {
        /// Channel, or `start`.
        from_channel,
        /// Channel, or `contract` or `none` for the end of a journey.
        to_channel,
    } sums {
        steps,
        seconds,
    }

    /// Talks of members of staff by day.
    Agent in "agent_cell" by {
        agent,
        temperature,
        topic,
    } sums {
        /// Leads that came to the agent on the day, by arrival or assignment.
        assigned,
        /// Leads that had their first talk.
        first_talks,
        /// From arrival to the first talk.
        first_talk_seconds,
        positive,
        negative,
        satisfactory,
        undecided,
        activities,
        won,
        won_value,
        /// Leads of the day that are open now, with who has them now.
        open_leads,
        /// Deals opened on the day that are open now.
        open_deals,
        /// What these are worth.
        open_value,
    }

    /// Service cases by the day they were opened.
    Case in "case_cell" by {
        step,
        severity,
        agent,
    } sums {
        opened,
        resolved,
        seconds,
        /// Of journeys that lost a contract by an end without continuation afterwards.
        churned,
    }

    /// Answers to surveys.
    Survey in "survey_cell" by {
        campaign,
    } sums {
        answers,
        promoters,
        passives,
        detractors,
    }

    /// Referrals.
    Referral in "referral_cell" by {
        campaign,
    } sums {
        made,
        rewarded,
        reward,
        unconverted,
    }
}
