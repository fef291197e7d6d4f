//! Reads the small company of this folder: what happened, and what has to come of it.
//!
//! Things have names in the files (`L1`, `anna`); an id is made of each, the earlier named the smaller.

use std::collections::BTreeMap;

use analytics::domain::fact::{Fact, Money, Source, StageName, What};
use clock::Timestamp;
use uuid::Uuid;

pub(crate) const HAPPENED: &str = include_str!("happened.csv");
pub(crate) const CELLS: &str = include_str!("cells.csv");
pub(crate) const RECORDS: &str = include_str!("records.csv");
pub(crate) const CREDITS: &str = include_str!("credits.csv");

/// Names and the ids made of them.
#[derive(Default)]
pub(crate) struct Names {
    ids: BTreeMap<String, Uuid>,
    names: BTreeMap<Uuid, String>,
}

impl Names {
    pub(crate) fn id(&mut self, name: &str) -> Uuid {
        let next = 0x0198_0000_0000_7000_8000_0000_0000_0000 + self.ids.len() as u128;
        let id = *self
            .ids
            .entry(name.to_owned())
            .or_insert_with(|| Uuid::from_u128(next));
        self.names.insert(id, name.to_owned());
        id
    }

    pub(crate) fn name(&self, id: Uuid) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// A label with its printed id (`staff_…`) replaced by the name.
    pub(crate) fn shown(&self, label: &str) -> String {
        label
            .rsplit_once('_')
            .and_then(|(_, digits)| Uuid::try_parse(digits).ok())
            .and_then(|id| self.name(id))
            .unwrap_or(label)
            .to_owned()
    }
}

/// Rows of a file without its head, split at commas; no field of these files holds one.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

/// `key=value; key=value`.
pub(crate) fn fields(text: &str) -> BTreeMap<String, String> {
    text.split("; ")
        .filter(|field| !field.is_empty())
        .map(|field| field.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// All that happened, in the order of the file; revisions count the rows.
pub(crate) fn facts(names: &mut Names) -> Vec<Fact> {
    facts_of(HAPPENED, names)
}

/// What rows below a head tell.
pub(crate) fn facts_of(text: &str, names: &mut Names) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (place, row) in rows(text).into_iter().enumerate() {
        let [time, event, text] = row.as_slice() else {
            unreachable!("row {place} has {} fields", row.len());
        };
        let fields = fields(text);
        let mut row = Row {
            at: time.parse().unwrap(),
            fields,
            names,
        };
        let fact = Fact {
            id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + place as u128),
            at: row.at,
            revision: 1 + i64::try_from(place).unwrap(),
            what: row.what(event),
        };
        facts.extend(fact.counterpart());
        facts.push(fact);
    }
    facts
}

struct Row<'a> {
    at: Timestamp,
    fields: BTreeMap<String, String>,
    names: &'a mut Names,
}

/// Makes an id of any kind.
trait Id {
    fn of(id: Uuid) -> Self;
}

macro_rules! kinds {
    ($($name:ident),+) => {
        use ids::{$($name),+};
        $(impl Id for $name {
            fn of(id: Uuid) -> Self {
                Self::from_uuid(id)
            }
        })+
    };
}

kinds!(
    ActivityId,
    AnswerId,
    CampaignId,
    CaseId,
    ContractId,
    CostId,
    DealActivityId,
    DealId,
    FiguresId,
    GrowthId,
    InteractionId,
    LeadId,
    MergeId,
    ParticipantId,
    PartnerId,
    PaymentId,
    PersonId,
    PlanId,
    QuestionnaireId,
    ReferralId,
    ResponseId,
    StaffId,
    SubmissionId,
    TopicId
);

impl Id for Uuid {
    fn of(id: Uuid) -> Self {
        id
    }
}

impl Row<'_> {
    fn text(&self, key: &str) -> String {
        self.fields.get(key).cloned().unwrap_or_default()
    }

    fn may<T: Id>(&mut self, key: &str) -> Option<T> {
        let name = self.fields.get(key)?;
        Some(T::of(self.names.id(name)))
    }

    fn id<T: Id>(&mut self, key: &str) -> T {
        self.may(key).expect(key)
    }

    fn int(&self, key: &str) -> i64 {
        self.fields
            .get(key)
            .map_or(0, |number| number.parse().unwrap())
    }

    fn small(&self, key: &str) -> i32 {
        i32::try_from(self.int(key)).unwrap()
    }

    fn flag(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    fn time(&self, key: &str) -> Option<Timestamp> {
        self.fields.get(key).map(|time| time.parse().unwrap())
    }

    /// `10000.00 EUR`.
    fn money(&self, key: &str) -> Option<Money> {
        let (amount, currency) = self.fields.get(key)?.split_once(' ').unwrap();
        Some(Money {
            minor: amount.replace('.', "").parse().unwrap(),
            currency: currency.to_owned(),
        })
    }

    fn source(&mut self) -> Source {
        Source {
            channel: self.text("channel"),
            name: self.text("source"),
            campaign: self.may("from_campaign"),
            activity: self.may("from_activity"),
            partner: self.may("from_partner"),
            response: self.may("from_response"),
        }
    }

    fn what(&mut self, event: &str) -> What {
        match event {
            _ if event.starts_with("Lead") => self.of_lead(event),
            _ if event.starts_with("Deal") => self.of_deal(event),
            _ if event.starts_with("Contract") => self.of_contract(event),
            "EnquiryAttached" => What::EnquiryAttached {
                lead: self.id("lead"),
                submission: self.id("submission"),
                source: self.source(),
                received_at: self.at,
            },
            "QuestionnaireAnswered" => What::QuestionnaireAnswered {
                questionnaire: self.id("questionnaire"),
                lead: self.id("lead"),
                answered_at: self.at,
            },
            "PaymentRecorded" => What::PaymentRecorded {
                payment: self.id("payment"),
                contract: self.id("contract"),
                amount: self.money("amount"),
                due_at: self.time("due"),
                received_at: self.time("received"),
                removed: self.flag("removed"),
            },
            "PersonRecorded" | "PersonsLinked" | "CaseRecorded" => self.of_person(event),
            "RateRecorded" | "WeightsFitted" => self.of_parameters(event),
            "StaffRecorded" | "PartnerRecorded" | "TopicRecorded" => self.of_directory(event),
            _ => self.of_campaign(event),
        }
    }

    fn of_lead(&mut self, event: &str) -> What {
        let lead = self.id("lead");
        match event {
            "LeadCreated" => What::LeadCreated {
                lead,
                submission: self.id("submission"),
                source: self.source(),
                topic: self.text("topic"),
                responsible: self.may("responsible"),
                received_at: self.at,
            },
            "LeadRecorded" => What::LeadRecorded {
                lead,
                state: self.text("state"),
                topic: self.text("topic"),
                temperature: self.text("temperature"),
                responsible: self.may("responsible"),
                filled_fields: self.small("filled"),
                wanted_fields: self.small("wanted"),
            },
            "LeadAssigned" => What::LeadAssigned {
                lead,
                responsible: self.may("responsible"),
            },
            "LeadOutcomeRecorded" => What::LeadOutcomeRecorded {
                lead,
                outcome: self.text("outcome"),
                reason: self.text("reason"),
                by: self.may("by"),
                recorded_at: self.at,
            },
            "LeadQualified" => What::LeadQualified {
                lead,
                person: self.id("person"),
                deal: self.may("deal"),
                qualified_at: self.at,
            },
            "LeadRefused" => What::LeadRefused {
                lead,
                reason: self.text("reason"),
                refused_at: self.at,
            },
            "LeadReopened" => What::LeadReopened { lead },
            other => unreachable!("{other} is no event of a lead"),
        }
    }

    fn of_deal(&mut self, event: &str) -> What {
        let deal = self.id("deal");
        match event {
            "DealOpened" => What::DealOpened {
                deal,
                topic: self.id("topic"),
                stage: self.text("stage"),
                amount: self.money("amount"),
                lead: self.may("lead"),
                person: self.may("person"),
                responsible: self.may("responsible"),
                origin: self.text("origin"),
                source: None,
            },
            "DealRecorded" => What::DealRecorded {
                deal,
                topic: self.id("topic"),
                stage: self.text("stage"),
                state: self.text("state"),
                amount: self.money("amount"),
                expected_close_at: self.time("close"),
                probability_percent: self.small("probability"),
                committed: self.flag("committed"),
                lead: self.may("lead"),
                person: self.may("person"),
                responsible: self.may("responsible"),
                origin: self.text("origin"),
                previous_contract: self.may("previous"),
                sale_object: self.text("object"),
                opened_at: self.time("opened"),
            },
            "DealStageChanged" => What::DealStageChanged {
                deal,
                from_stage: self.text("from"),
                to_stage: self.text("to"),
                changed_at: self.at,
            },
            "DealWon" => What::DealWon {
                deal,
                amount: self.money("amount"),
                won_at: self.at,
            },
            "DealLost" => What::DealLost {
                deal,
                reason: self.text("reason"),
                stage: self.text("stage"),
                amount: self.money("amount"),
                lost_at: self.at,
            },
            "DealActivityCompleted" => What::DealActivityCompleted {
                deal,
                activity: self.id("activity"),
                kind: self.text("kind"),
                responsible: self.may("responsible"),
                completed_at: self.at,
            },
            other => unreachable!("{other} is no event of a deal"),
        }
    }

    fn of_contract(&mut self, event: &str) -> What {
        let contract = self.id("contract");
        match event {
            "ContractSigned" => What::ContractSigned {
                contract,
                deal: self.id("deal"),
                lead: self.may("lead"),
                person: self.may("person"),
                amount: self.money("amount"),
                signed_at: self.at,
            },
            "ContractActivated" => What::ContractActivated { contract },
            "ContractEnded" => What::ContractEnded {
                contract,
                kind: self.text("kind"),
                reason: self.text("reason"),
                ended_at: self.at,
            },
            "ContractRecorded" => What::ContractRecorded {
                contract,
                number: self.text("number"),
                state: self.text("state"),
                kind: self.text("kind"),
                previous: self.may("previous"),
                deal: self.id("deal"),
                lead: self.may("lead"),
                person: self.may("person"),
                responsible: self.may("responsible"),
                value: self.money("value"),
                starts_at: self.time("starts"),
                ends_at: self.time("ends"),
                signed_at: self.time("signed"),
                ended_at: self.time("ended"),
            },
            "ContractGrown" => What::ContractGrown {
                growth: self.id("growth"),
                contract,
                kind: self.text("kind"),
                added: self.money("added"),
                grown_at: self.at,
            },
            other => unreachable!("{other} is no event of a contract"),
        }
    }

    fn of_person(&mut self, event: &str) -> What {
        match event {
            "PersonRecorded" => What::PersonRecorded {
                person: self.id("person"),
                organisation: None,
                leads: vec![self.id("leads")],
            },
            "PersonsLinked" => What::PersonsLinked {
                merge: self.id("merge"),
                kept: self.id("kept"),
                joined: self.id("joined"),
                merged: self.flag("merged"),
            },
            _ => What::CaseRecorded {
                case: self.id("case"),
                person: self.may("person"),
                step: self.text("step"),
                severity: self.text("severity"),
                about: self.may("about"),
                responsible: self.may("responsible"),
                opened_at: self.time("opened").unwrap_or(self.at),
                resolved_at: self.time("resolved"),
            },
        }
    }

    fn of_parameters(&mut self, event: &str) -> What {
        if event == "RateRecorded" {
            let midnight = format!("{}T00:00:00Z", self.text("day"));
            let midnight: Timestamp = midnight.parse().unwrap();
            return What::RateRecorded {
                currency: self.text("currency"),
                day: i32::try_from(midnight.timestamp() / 86_400).unwrap(),
                billionths: self.int("billionths"),
            };
        }
        What::WeightsFitted {
            version: self.int("version"),
            weights: self
                .text("weights")
                .split('|')
                .map(|weight| weight.split_once(':').unwrap())
                .map(|(channel, weight)| (channel.to_owned(), weight.parse().unwrap()))
                .collect(),
        }
    }

    fn of_directory(&mut self, event: &str) -> What {
        match event {
            "StaffRecorded" => What::StaffRecorded {
                staff: self.id("staff"),
                name: self.text("name"),
                active: self.flag("active"),
            },
            "PartnerRecorded" => What::PartnerRecorded {
                partner: self.id("partner"),
                name: self.text("name"),
                active: self.flag("active"),
            },
            _ => What::TopicRecorded {
                topic: self.id("topic"),
                code: self.text("code"),
                name: self.text("name"),
                stages: self.text("stages").split('|').map(stage).collect(),
            },
        }
    }

    fn of_campaign(&mut self, event: &str) -> What {
        match event {
            "CampaignRecorded" => What::CampaignRecorded {
                campaign: self.id("campaign"),
                name: self.text("name"),
                kind: self.text("kind"),
                state: self.text("state"),
                responsible: self.may("responsible"),
                starts_at: self.time("starts"),
                ends_at: self.time("ends"),
                department: self.text("department"),
                place: self.text("place"),
                project: self.text("project"),
                quick: self.flag("quick"),
            },
            "ActivityRecorded" => What::ActivityRecorded {
                activity: self.id("activity"),
                campaign: self.id("campaign"),
                kind: self.text("kind"),
                name: self.text("name"),
            },
            "ParticipantContacted" => What::ParticipantContacted {
                interaction: self.id("interaction"),
                campaign: self.id("campaign"),
                activity: self.may("activity"),
                participant: self.id("participant"),
                kind: self.text("kind"),
                inbound: self.flag("inbound"),
                contacted_at: self.at,
            },
            "ResponseRecorded" => What::ResponseRecorded {
                response: self.id("response"),
                campaign: self.id("campaign"),
                activity: self.may("activity"),
                participant: self.id("participant"),
                person: self.may("person"),
                positive: self.flag("positive"),
                responded_at: self.at,
            },
            "SurveyAnswered" => What::SurveyAnswered {
                answer: self.id("answer"),
                campaign: self.id("campaign"),
                participant: self.may("participant"),
                person: self.may("person"),
                recommends: self
                    .fields
                    .get("recommends")
                    .map(|told| told.parse().unwrap()),
                answered_at: self.at,
            },
            "ReferralMade" => What::ReferralMade {
                referral: self.id("referral"),
                campaign: self.id("campaign"),
                referrer: self.id("referrer"),
                lead: self.id("lead"),
                made_at: self.at,
            },
            "ReferralRewarded" => What::ReferralRewarded {
                referral: self.id("referral"),
                campaign: self.id("campaign"),
                referrer: self.id("referrer"),
                deal: self.id("deal"),
                reward: self.money("reward"),
                rewarded_at: self.at,
            },
            other => self.of_money(other),
        }
    }

    fn of_money(&mut self, event: &str) -> What {
        match event {
            "CostRecorded" => What::CostRecorded {
                cost: self.id("cost"),
                campaign: self.id("campaign"),
                activity: self.may("activity"),
                channel: self.text("channel"),
                kind: self.text("kind"),
                line: self.text("line"),
                planned: self.money("planned"),
                actual: self.money("actual"),
                planned_minutes: self.int("planned_minutes"),
                actual_minutes: self.int("actual_minutes"),
                spent_at: self.time("spent").unwrap_or(self.at),
                removed: self.flag("removed"),
            },
            "ChannelFiguresRecorded" => What::ChannelFiguresRecorded {
                figures: self.id("figures"),
                campaign: self.may("campaign"),
                channel: self.text("channel"),
                starts_at: self.time("starts").unwrap(),
                ends_at: self.time("ends").unwrap(),
                reach: self.int("reach"),
                clicks: self.int("clicks"),
                requests: self.int("requests"),
                cost: self.money("cost"),
                removed: self.flag("removed"),
            },
            "PlanRecorded" => What::PlanRecorded {
                plan: self.id("plan"),
                campaign: self.may("campaign"),
                channel: self.text("channel"),
                starts_at: self.time("starts").unwrap(),
                ends_at: self.time("ends").unwrap(),
                target_leads: self.int("target"),
                allowed_cost_per_lead: self.money("allowed"),
                responsible: self.may("responsible"),
                removed: self.flag("removed"),
            },
            other => unreachable!("{other} is not known"),
        }
    }
}

/// `need:Need:10:14`.
fn stage(text: &str) -> StageName {
    let mut parts = text.split(':').map(str::to_owned);
    let mut next = || parts.next().expect("a stage has four parts");
    StageName {
        code: next(),
        name: next(),
        probability_percent: next().parse().unwrap(),
        limit_days: next().parse().unwrap(),
    }
}
