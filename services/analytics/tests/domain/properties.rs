//! What holds for any company.

use std::collections::{BTreeMap, BTreeSet};

use analytics::domain::{
    derive::contribution,
    fact::{Fact, What},
    figures::{CellRow, Contribution, Day, RecordRow, Value},
    journey::{Journey, components},
    parameters::Parameters,
};
use uuid::Uuid;

use crate::generator::{Company, Dice};

const SEEDS: std::ops::Range<u64> = 1..60;

/// Rates for all currencies but one, from the second month on; weights of some channels.
fn parameters() -> Parameters {
    let mut parameters = Parameters::new("EUR");
    let rates = [("HUF", 2_500_000), ("RUB", 11_000_000)];
    let days = [20_120, 20_300, 20_500];
    for (number, (currency, billionths)) in (0_i64..).zip(rates) {
        for (place, day) in (0_i64..).zip(days) {
            parameters.learn(&Fact {
                id: Uuid::nil(),
                at: chrono::DateTime::UNIX_EPOCH,
                revision: 1,
                what: What::RateRecorded {
                    currency: currency.to_owned(),
                    day,
                    billionths: billionths + place * 1_000 + number,
                },
            });
        }
    }
    parameters.learn(&Fact {
        id: Uuid::nil(),
        at: chrono::DateTime::UNIX_EPOCH,
        revision: 1,
        what: What::WeightsFitted {
            version: 1,
            weights: [("form", 333_333), ("campaign", 71), ("call", 999_999)]
                .map(|(channel, weight)| (channel.to_owned(), weight))
                .to_vec(),
        },
    });
    parameters
}

fn figures(facts: &[Fact]) -> Vec<Contribution> {
    let parameters = parameters();
    components(facts.to_vec())
        .iter()
        .map(|journey| contribution(journey, &parameters))
        .collect()
}

/// Cells added up, records by their key: what the tables hold.
type Tables = (
    BTreeMap<(&'static str, Day, Vec<String>), Vec<i64>>,
    BTreeMap<(&'static str, Uuid), Vec<Value>>,
);

fn tables<'a>(figures: impl IntoIterator<Item = &'a Contribution>) -> Tables {
    let (mut cells, mut records) = Tables::default();
    for contribution in figures {
        for cell in &contribution.cells {
            let sums = cells
                .entry((cell.table.name, cell.day, cell.labels.clone()))
                .or_insert_with(|| vec![0; cell.sums.len()]);
            sums.iter_mut()
                .zip(&cell.sums)
                .for_each(|(sum, value)| *sum += value);
        }
        for record in &contribution.records {
            let before = records.insert((record.table.name, record.id), record.values.clone());
            assert_eq!(before, None, "{} twice in {}", record.id, record.table.name);
        }
    }
    (cells, records)
}

/// A company with a merge, and with another one that was taken back.
fn company(seed: u64) -> Company {
    let mut company = Company::new(seed, 6);
    let [one, other, third] = [0, 1, 2].map(|place| company.persons[place]);
    let (merge, again) = (company.id(), company.id());
    company.link(merge, [one, other], 1, true);
    company.link(again, [other, third], 2, true);
    company.link(again, [other, third], 3, false);
    company
}

/// Some of the facts, as if the others had not come yet.
fn part(facts: &[Fact], dice: &mut Dice) -> Vec<Fact> {
    let percent = 30 + dice.below(70);
    facts
        .iter()
        .filter(|_| dice.chance(percent))
        .cloned()
        .collect()
}

#[test]
fn order_and_repeats_do_not_matter() {
    for seed in SEEDS {
        let mut company = company(seed);
        let mut facts = company.facts.clone();
        let repeats: Vec<Fact> = part(&facts, &mut company.dice);
        facts.extend(repeats);
        company.dice.shuffle(&mut facts);
        assert_eq!(figures(&facts), figures(&company.facts), "seed {seed}");
    }
}

#[test]
fn companies_that_have_nothing_in_common_add_up() {
    for seed in SEEDS {
        let (one, other) = (company(seed), company(seed + 1_000));
        let mut both = one.facts.clone();
        both.extend(other.facts.clone());
        let apart = [figures(&one.facts), figures(&other.facts)].concat();
        assert_eq!(tables(&figures(&both)), tables(&apart), "seed {seed}");
    }
}

#[test]
fn a_split_gives_back_what_was_before_the_merge() {
    for seed in SEEDS {
        let mut company = company(seed);
        let before = tables(&figures(&company.facts));
        let pair = [company.persons[3], company.persons[4]];
        let merge = company.id();
        company.link(merge, pair, 7, true);
        let merged = company.facts.clone();
        let journeys = |facts: &[Fact]| components(facts.to_vec()).len();
        company.link(merge, pair, 8, false);
        assert_eq!(tables(&figures(&company.facts)), before, "seed {seed}");
        assert!(journeys(&merged) < journeys(&company.facts), "seed {seed}");
        // Merged, the totals of what happened are the same; only what depends on the whole journey changes.
        let happened = |(cells, _): &Tables| {
            let mut cells = cells.clone();
            cells.retain(|(table, ..), _| {
                ["funnel_cell", "flow_cell", "stage_cell"].contains(table)
            });
            cells
        };
        assert_eq!(
            happened(&tables(&figures(&merged))),
            happened(&before),
            "seed {seed}"
        );
    }
}

/// All facts that have to be at hand to find a journey: with each its nodes, with each node its journey.
fn at_hand(facts: &[Fact], journeys: &[Journey], of: &Journey) -> Vec<Fact> {
    let mut nodes: BTreeSet<Uuid> = of.members.iter().copied().collect();
    loop {
        let found: Vec<Fact> = facts
            .iter()
            .filter(|fact| nodes.contains(&fact.subject()))
            .cloned()
            .collect();
        let before = nodes.len();
        nodes.extend(found.iter().flat_map(Fact::nodes));
        for journey in journeys {
            if journey.members.iter().any(|member| nodes.contains(member)) {
                nodes.extend(&journey.members);
            }
        }
        if nodes.len() == before {
            return found;
        }
    }
}

#[test]
fn a_journey_is_found_from_the_facts_around_it() {
    for seed in SEEDS {
        let facts = company(seed).facts;
        let journeys = components(facts.clone());
        let mut least = usize::MAX;
        for journey in &journeys {
            let around = at_hand(&facts, &journeys, journey);
            least = least.min(around.len());
            let found = components(around);
            assert!(found.contains(journey), "seed {seed}: {}", journey.id);
        }
        assert!(
            least < facts.len(),
            "seed {seed}: everything is around everything"
        );
    }
}

fn sum(figures: &[Contribution], table: &str, column: &str) -> i64 {
    cells(figures, table)
        .map(|cell| {
            let place = cell.table.sums.iter().position(|sum| *sum == column);
            cell.sums[place.unwrap()]
        })
        .sum()
}

fn cells<'a>(
    figures: &'a [Contribution],
    table: &'a str,
) -> impl Iterator<Item = &'a CellRow> + 'a {
    figures
        .iter()
        .flat_map(|figures| &figures.cells)
        .filter(move |cell| cell.table.name == table)
}

fn records<'a>(figures: &'a [Contribution], table: &'a str) -> Vec<&'a RecordRow> {
    figures
        .iter()
        .flat_map(|figures| &figures.records)
        .filter(move |record| record.table.name == table)
        .collect()
}

fn value<'a>(record: &'a RecordRow, column: &str) -> &'a Value {
    let place = record
        .table
        .columns
        .iter()
        .position(|(name, _)| *name == column);
    &record.values[place.unwrap()]
}

fn int(record: &RecordRow, column: &str) -> i64 {
    match value(record, column) {
        Value::Int(number) => *number,
        Value::Flag(flag) => i64::from(*flag),
        other => panic!("{column} is {other:?}"),
    }
}

fn is(record: &RecordRow, column: &str, text: &str) -> bool {
    *value(record, column) == Value::Label(text.to_owned())
}

fn known(record: &RecordRow, column: &str) -> bool {
    !matches!(value(record, column), Value::Time(None) | Value::Id(None))
}

/// Of each contract and model the parts, the revenue and the number of credits.
fn credits(figures: &[Contribution]) -> BTreeMap<(Uuid, String), (i64, i64)> {
    let mut credits = BTreeMap::new();
    for credit in records(figures, "credit_record") {
        let (Value::Id(Some(contract)), Value::Label(model)) =
            (value(credit, "contract"), value(credit, "model"))
        else {
            panic!("a credit without contract or model");
        };
        assert!(int(credit, "parts") > 0);
        let (parts, revenue) = credits.entry((*contract, model.clone())).or_insert((0, 0));
        *parts += int(credit, "parts");
        *revenue += int(credit, "revenue");
    }
    credits
}

const MODELS: [&str; 6] = [
    "first",
    "last",
    "linear",
    "position",
    "time_decay",
    "data_driven",
];

#[test]
fn credits_add_up_to_the_contract_by_every_model() {
    for seed in SEEDS {
        let mut company = company(seed);
        let facts = company.facts.clone();
        for facts in [part(&facts, &mut company.dice), facts] {
            let figures = figures(&facts);
            let credits = credits(&figures);
            let signed: Vec<_> = records(&figures, "contract_record")
                .into_iter()
                .filter(|contract| known(contract, "signed_at"))
                .collect();
            assert_eq!(credits.len(), MODELS.len() * signed.len(), "seed {seed}");
            for contract in signed {
                for model in MODELS {
                    assert_eq!(
                        credits[&(contract.id, model.to_owned())],
                        (1_000_000, int(contract, "value")),
                        "seed {seed}, {model} of {}",
                        contract.id
                    );
                }
            }
        }
    }
}

/// Records, which of them, what of them (`count` or a column), and the sums of cells that have to be the same.
const AGREE: &[(&str, Which, &str, &str)] = &[
    (
        "lead_record",
        Which::All,
        "count",
        "funnel_cell.leads flow_cell.leads",
    ),
    (
        "lead_record",
        Which::All,
        "enquiries",
        "funnel_cell.enquiries flow_cell.enquiries",
    ),
    (
        "lead_record",
        Which::With("talked_at"),
        "count",
        "funnel_cell.talked agent_cell.first_talks",
    ),
    (
        "lead_record",
        Which::With("qualified_at"),
        "count",
        "funnel_cell.qualified flow_cell.qualified",
    ),
    (
        "lead_record",
        Which::With("refused_at"),
        "count",
        "funnel_cell.refused",
    ),
    (
        "lead_record",
        Which::All,
        "recovered",
        "funnel_cell.recovered",
    ),
    (
        "lead_record",
        Which::All,
        "filled_fields",
        "funnel_cell.filled_fields",
    ),
    (
        "deal_record",
        Which::All,
        "count",
        "funnel_cell.deals flow_cell.deals",
    ),
    (
        "deal_record",
        Which::In("won"),
        "count",
        "funnel_cell.won flow_cell.won stage_cell.won agent_cell.won",
    ),
    (
        "deal_record",
        Which::In("won"),
        "value",
        "flow_cell.won_value agent_cell.won_value",
    ),
    (
        "deal_record",
        Which::In("lost"),
        "count",
        "funnel_cell.lost flow_cell.lost stage_cell.lost",
    ),
    (
        "deal_record",
        Which::In("lost"),
        "value",
        "funnel_cell.lost_value flow_cell.lost_value stage_cell.lost_value refusal_cell.lost_value",
    ),
    (
        "deal_record",
        Which::In("open"),
        "value",
        "funnel_cell.pipeline",
    ),
    (
        "contract_record",
        Which::With("signed_at"),
        "count",
        "funnel_cell.contracts flow_cell.contracts cohort_cell.contracts",
    ),
    (
        "contract_record",
        Which::With("signed_at"),
        "value",
        "funnel_cell.revenue flow_cell.revenue cohort_cell.revenue contract_cell.signed_value",
    ),
    (
        "contract_record",
        Which::With("ended_at"),
        "count",
        "contract_cell.ended",
    ),
    (
        "contract_record",
        Which::With("ended_at"),
        "continued",
        "contract_cell.continued",
    ),
    (
        "client_record",
        Which::All,
        "count",
        "purchase_cell.clients",
    ),
    (
        "client_record",
        Which::All,
        "contracts",
        "funnel_cell.contracts",
    ),
    ("client_record", Which::All, "value", "funnel_cell.revenue"),
    (
        "payment_record",
        Which::With("received_at"),
        "value",
        "funnel_cell.received flow_cell.received",
    ),
    ("credit_record", Which::All, "count", "credit_cell.touches"),
    ("credit_record", Which::All, "parts", "credit_cell.parts"),
    (
        "credit_record",
        Which::All,
        "revenue",
        "credit_cell.revenue",
    ),
    (
        "refusal_record",
        Which::All,
        "count",
        "refusal_cell.refusals",
    ),
    (
        "refusal_record",
        Which::All,
        "recovered",
        "refusal_cell.recovered",
    ),
    ("touch_record", Which::All, "count", "touch_cell.touches"),
    ("cost_record", Which::All, "planned", "cost_cell.planned"),
    ("cost_record", Which::All, "actual", "cost_cell.actual"),
    ("channel_record", Which::All, "reach", "channel_cell.reach"),
    ("channel_record", Which::All, "cost", "channel_cell.cost"),
    ("lead_record", Which::All, "count", "channel_cell.leads"),
    ("lead_record", Which::Open, "count", "agent_cell.open_leads"),
    (
        "deal_record",
        Which::In("open"),
        "count",
        "agent_cell.open_deals",
    ),
    (
        "deal_record",
        Which::In("open"),
        "value",
        "agent_cell.open_value",
    ),
    ("case_record", Which::All, "count", "case_cell.opened"),
    ("case_record", Which::All, "churned", "case_cell.churned"),
];

#[derive(Debug, Clone, Copy)]
enum Which {
    All,
    /// Where a column is not empty.
    With(&'static str),
    /// In a state.
    In(&'static str),
    /// In work.
    Open,
}

impl Which {
    fn takes(self, record: &RecordRow) -> bool {
        match self {
            Self::All => true,
            Self::With(column) => known(record, column),
            Self::In(state) => is(record, "state", state),
            Self::Open => is(record, "state", "new") || is(record, "state", "in_work"),
        }
    }
}

fn check(figures: &[Contribution], what: &str) {
    for (table, which, column, sums) in AGREE {
        let expected: i64 = records(figures, table)
            .into_iter()
            .filter(|record| which.takes(record))
            .map(|record| match *column {
                "count" => 1,
                column => int(record, column),
            })
            .sum();
        for cell in sums.split(' ') {
            let (cells, name) = cell.split_once('.').unwrap();
            assert_eq!(
                sum(figures, cells, name),
                expected,
                "{cell} and {column} of {table} {which:?}, {what}"
            );
        }
    }
}

#[test]
fn sums_agree_with_records_and_with_one_another() {
    for seed in SEEDS {
        check(&figures(&company(seed).facts), &format!("seed {seed}"));
    }
}

#[test]
fn sums_agree_also_while_facts_are_missing() {
    for seed in SEEDS {
        let mut company = company(seed);
        let facts = company.facts.clone();
        let figures = figures(&part(&facts, &mut company.dice));
        check(&figures, &format!("part of seed {seed}"));
    }
}

/// As many chains of steps begin as end.
#[test]
fn chains_of_steps_end_where_others_begin() {
    for seed in SEEDS {
        let figures = figures(&company(seed).facts);
        let steps = |column: usize, wanted: &[&str]| -> i64 {
            cells(&figures, "step_cell")
                .filter(|cell| wanted.contains(&cell.labels[column].as_str()))
                .map(|cell| cell.sums[0])
                .sum()
        };
        assert_eq!(
            steps(0, &["start"]),
            steps(1, &["contract", "none"]),
            "seed {seed}"
        );
        for channel in ["form", "email", "call", "partner", "campaign", "referral"] {
            assert_eq!(
                steps(0, &[channel]),
                steps(1, &[channel]),
                "{channel} of seed {seed}"
            );
        }
    }
}
