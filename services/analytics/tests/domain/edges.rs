//! What is rare: facts that are missing, amounts that make no sense, journeys without end.

use std::fmt::Write as _;

use analytics::domain::figures::Contribution;

use crate::{
    golden::{cells, columns, credits, figures},
    read::{Names, facts_of},
};

struct Told {
    names: Names,
    figures: Vec<Contribution>,
}

impl Told {
    /// Rows of `time,event,fields`.
    fn of(rows: &str) -> Self {
        let mut names = Names::default();
        let facts = facts_of(&format!("time,event,fields\n{rows}"), &mut names);
        let figures = figures(facts);
        Self { names, figures }
    }

    /// Sums of the rows of a table, without the labels.
    fn sums(&self, table: &str) -> Vec<String> {
        cells(&self.names, &self.figures)
            .into_iter()
            .filter(|(key, ..)| key.starts_with(&format!("{table},")))
            .map(|(_, _, sums)| sums)
            .collect()
    }

    /// Labels of the rows of a table.
    fn labels(&self, table: &str) -> Vec<String> {
        cells(&self.names, &self.figures)
            .into_iter()
            .filter(|(key, ..)| key.starts_with(&format!("{table},")))
            .map(|(_, labels, _)| labels)
            .collect()
    }

    /// A column of the only record of a table.
    fn record(&self, table: &str, column: &str) -> String {
        let mut found = self
            .figures
            .iter()
            .flat_map(|figures| &figures.records)
            .filter(|record| record.table.name == table);
        let record = found.next().expect(table);
        assert_eq!(found.next(), None, "{table}");
        columns(&self.names, record)[column].clone()
    }

    fn count(&self, table: &str) -> usize {
        self.figures
            .iter()
            .flat_map(|figures| &figures.records)
            .filter(|record| record.table.name == table)
            .count()
    }

    /// Parts and revenue of the touches of one contract by a model.
    fn credits(&self, model: &str) -> Vec<(String, String)> {
        credits(&self.names, &self.figures)
            .into_iter()
            .filter(|(key, ..)| key.ends_with(&format!(",{model}")))
            .map(|(_, touch, share)| (touch, share))
            .collect()
    }
}

const SIGNED: &str = "
    2026-01-05T09:00:00Z,LeadCreated,lead=L1; submission=S1; channel=form
    2026-01-06T09:00:00Z,EnquiryAttached,lead=L1; submission=S2; channel=email
    2026-01-12T09:00:00Z,ContractSigned,contract=C1; deal=D1; lead=L1; amount=100.01 EUR
";

fn shares(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(touch, share)| ((*touch).to_owned(), (*share).to_owned()))
        .collect()
}

#[test]
fn without_a_fit_the_data_driven_model_is_the_linear_one() {
    let told = Told::of(SIGNED);
    let linear = shares(&[("S1", "500000,5001"), ("S2", "500000,5000")]);
    assert_eq!(told.credits("linear"), linear);
    assert_eq!(told.credits("data_driven"), linear);
    assert!(told.figures[0].weighted, "a fit will make a difference");
    let fitted = "2026-01-01T00:00:00Z,WeightsFitted,version=1; weights=call:1";
    let told = Told::of(&format!("{SIGNED}\n{fitted}"));
    assert_eq!(
        told.credits("data_driven"),
        linear,
        "it knows none of the channels"
    );
    let told = Told::of(&SIGNED.replace("email", "form"));
    assert!(!told.figures[0].weighted, "touches of one channel share");
}

#[test]
fn a_contract_may_be_worth_nothing_or_less() {
    let told = Told::of(&SIGNED.replace("100.01", "-100.01"));
    let expected = shares(&[("S1", "500000,-5001"), ("S2", "500000,-5000")]);
    assert_eq!(told.credits("linear"), expected);
    let told = Told::of(&SIGNED.replace("100.01", "0.00"));
    let expected = shares(&[("S1", "500000,0"), ("S2", "500000,0")]);
    assert_eq!(told.credits("linear"), expected);
}

#[test]
fn amounts_without_a_rate_or_sense_are_counted_apart() {
    for amount in ["100.01 HUF", "90000000000000000.00 EUR"] {
        let told = Told::of(&SIGNED.replace("100.01 EUR", amount));
        assert_eq!(
            told.sums("funnel_cell"),
            ["leads=1; enquiries=1; contracts=1; unconverted=1"],
            "{amount}"
        );
        assert_eq!(told.record("contract_record", "converted"), "false");
        let expected = shares(&[("S1", "500000,0"), ("S2", "500000,0")]);
        assert_eq!(told.credits("linear"), expected);
    }
}

#[test]
fn the_days_are_told_on_which_rates_were_looked_up() {
    let told = Told::of(
        "
        2026-01-01T00:00:00Z,RateRecorded,currency=HUF; day=2026-01-01; billionths=2500000
        2026-02-01T00:00:00Z,RateRecorded,currency=HUF; day=2026-02-01; billionths=3000000
        2026-01-12T09:00:00Z,ContractSigned,contract=C1; deal=D1; amount=100000.00 HUF
        2026-02-12T09:00:00Z,ContractGrown,contract=C1; growth=G1; kind=extension; added=100000.00 HUF
        2026-02-12T09:00:00Z,ContractRecorded,contract=C1; deal=D1; state=active; value=200000.00 HUF; signed=2026-01-12T09:00:00Z
        ",
    );
    // 250.00 by the first rate, 300.00 by the second.
    assert_eq!(told.record("contract_record", "value"), "55000");
    assert_eq!(told.record("contract_record", "minor"), "20000000");
    let day = |text: &str| {
        let at: clock::Timestamp = format!("{text}T00:00:00Z").parse().unwrap();
        i32::try_from(at.timestamp() / 86_400).unwrap()
    };
    assert_eq!(
        told.figures[0].rates,
        [("HUF".to_owned(), day("2026-01-12"), day("2026-02-12"))]
    );
}

#[test]
fn a_correction_counts_for_the_day_of_the_signing_and_growth_only_once() {
    let rows = "
        2026-01-12T09:00:00Z,ContractSigned,contract=C1; deal=D1; amount=100.00 EUR
        2026-01-12T09:00:00Z,ContractRecorded,contract=C1; deal=D1; state=signed; value=100.00 EUR
        2026-02-12T09:00:00Z,ContractGrown,contract=C1; growth=G1; kind=expansion; added=50.00 EUR
        2026-02-12T09:00:00Z,ContractRecorded,contract=C1; deal=D1; state=active; value=150.00 EUR
        2026-03-12T09:00:00Z,ContractRecorded,contract=C1; deal=D1; state=active; value=140.00 EUR
    ";
    let revenue = |rows: &str| Told::of(rows).sums("flow_cell").join(" | ");
    assert_eq!(revenue(rows), "contracts=1; revenue=9000 | revenue=5000");
    // While the newest states are not there.
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(
        revenue(&lines[..5].join("\n")),
        "contracts=1; revenue=10000 | revenue=5000"
    );
    assert_eq!(
        revenue(&lines[..4].join("\n")),
        "contracts=1; revenue=10000 | revenue=5000"
    );
}

#[test]
fn states_tell_what_their_events_have_not_told_yet() {
    let told = Told::of(
        "
        2026-01-12T09:00:00Z,DealRecorded,deal=D1; topic=T; stage=need; state=open; amount=7.00 EUR; opened=2026-01-10T09:00:00Z
        2026-01-13T09:00:00Z,DealRecorded,deal=D1; topic=T; stage=offer; state=won; amount=8.00 EUR; opened=2026-01-10T09:00:00Z
        2026-01-20T09:00:00Z,ContractRecorded,contract=C1; deal=D1; state=ended; kind=renewal; value=9.00 EUR; signed=2026-01-15T09:00:00Z; ended=2026-01-20T09:00:00Z
        ",
    );
    assert_eq!(
        told.sums("funnel_cell"),
        ["deals=1; won=1; won_seconds=259200; contracts=1; signed_seconds=172800; revenue=900"]
    );
    assert_eq!(told.record("deal_record", "value"), "800");
    assert_eq!(told.record("contract_record", "state"), "ended");
    assert_eq!(told.labels("contract_cell"), ["kind=renewal"]);
    assert_eq!(
        told.sums("contract_cell"),
        ["signed=1; signed_value=900; started=1; ended=1; ended_value=900"]
    );
}

#[test]
fn what_belongs_to_a_lead_that_has_not_arrived_counts_by_itself() {
    let rows = "
        2026-01-12T09:00:00Z,LeadQualified,lead=L1; person=P1; deal=D1
        2026-01-13T09:00:00Z,DealOpened,deal=D1; topic=T; stage=need; amount=7.00 EUR; lead=L1; origin=lead
        2026-01-14T09:00:00Z,ContractSigned,contract=C1; deal=D1; lead=L1; amount=9.00 EUR
    ";
    let told = Told::of(rows);
    assert_eq!(told.count("lead_record"), 0);
    assert_eq!(told.labels("funnel_cell"), ["topic=T; channel=direct"]);
    assert_eq!(
        told.sums("funnel_cell"),
        ["deals=1; contracts=1; signed_seconds=86400; revenue=900; pipeline=700"]
    );
    let created = "2026-01-05T09:00:00Z,LeadCreated,lead=L1; submission=S1; channel=form";
    let told = Told::of(&format!("{rows}\n{created}"));
    assert_eq!(told.labels("funnel_cell"), ["channel=form"]);
}

#[test]
fn a_deal_that_goes_back_has_not_advanced() {
    let told = Told::of(
        "
        2026-01-10T09:00:00Z,DealRecorded,deal=D1; topic=T; stage=offer; state=open; probability=50; opened=2026-01-10T09:00:00Z
        2026-01-11T09:00:00Z,DealStageChanged,deal=D1; from=offer; to=need
        2026-01-11T09:00:00Z,DealRecorded,deal=D1; topic=T; stage=need; state=open; probability=10; opened=2026-01-10T09:00:00Z
        2026-01-12T09:00:00Z,DealStageChanged,deal=D1; from=need; to=offer
        ",
    );
    assert_eq!(
        told.labels("stage_cell"),
        ["topic=T; stage=need", "topic=T; stage=offer"]
    );
    assert_eq!(
        told.sums("stage_cell"),
        [
            "entered=1; completed=1; seconds=86400; advanced=1",
            "entered=2; completed=1; seconds=86400"
        ]
    );
}

#[test]
fn a_refused_lead_is_recovered_by_a_deal_after_it_was_reopened() {
    let refused = "
        2026-01-05T09:00:00Z,LeadCreated,lead=L1; submission=S1; channel=form
        2026-01-06T09:00:00Z,LeadRefused,lead=L1; reason=price
    ";
    let recovered = |rows: &str| {
        let told = Told::of(&format!("{refused}\n{rows}"));
        told.record("lead_record", "recovered")
    };
    let reopened = "2026-01-07T09:00:00Z,LeadReopened,lead=L1";
    let deal = "2026-01-08T09:00:00Z,DealOpened,deal=D1; topic=T; stage=need; lead=L1; origin=lead";
    let qualified = "2026-01-08T09:00:00Z,LeadQualified,lead=L1; person=P1";
    assert_eq!(recovered(""), "false");
    assert_eq!(recovered(reopened), "false");
    assert_eq!(recovered(deal), "false");
    assert_eq!(recovered(&format!("{reopened}\n{deal}")), "true");
    assert_eq!(recovered(qualified), "true");
}

#[test]
fn figures_of_a_channel_are_spread_over_no_more_days_than_make_sense() {
    let row = |ends: &str, more: &str| {
        let row = format!(
            "2026-01-01T00:00:00Z,ChannelFiguresRecorded,figures=F1; channel=form; starts=2026-01-30T12:00:00Z; \
             ends={ends}; reach=10000; cost=0.05 EUR{more}"
        );
        Told::of(&row)
    };
    // Without a span, and with one that ends before it begins.
    for ends in ["2026-01-30T12:00:00Z", "2025-01-01T00:00:00Z"] {
        assert_eq!(row(ends, "").sums("channel_cell"), ["reach=10000; cost=5"]);
    }
    let long = row("9999-01-01T00:00:00Z", "");
    let rows: usize = long.figures.iter().map(|figures| figures.cells.len()).sum();
    assert_eq!(rows, 3_660);
    assert_eq!(long.record("channel_record", "cost"), "5");
    let removed = row("2026-02-01T00:00:00Z", "; removed=true");
    assert_eq!(removed.sums("channel_cell"), Vec::<String>::new());
    assert_eq!(removed.count("channel_record"), 0);
}

#[test]
fn of_very_many_touches_the_first_and_the_last_earn_credit() {
    let mut rows = String::new();
    let mut at: clock::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    for number in 0..1_203 {
        let event = match number {
            0 => "LeadCreated",
            _ => "EnquiryAttached",
        };
        let channel = ["form", "email"][number % 2];
        writeln!(
            rows,
            "{},{event},lead=L1; submission=S{number}; channel={channel}",
            at.to_rfc3339()
        )
        .unwrap();
        at += chrono::TimeDelta::minutes(1);
    }
    rows.push_str(
        "2026-02-01T00:00:00Z,ContractSigned,contract=C1; deal=D1; lead=L1; amount=10.00 EUR",
    );
    let told = Told::of(&rows);
    assert_eq!(told.count("touch_record"), 1_203);
    let linear = told.credits("linear");
    assert_eq!(linear.len(), 1_000);
    assert!(linear.iter().all(|(_, share)| share == "1000,1"));
    let earns = |touch: &str| linear.iter().any(|(known, _)| known == touch);
    assert!(earns("S0") && earns("S499") && earns("S703") && earns("S1202"));
    assert!(!earns("S500") && !earns("S702"));
    assert_eq!(
        told.labels("path_cell"),
        ["path=form > email > form > email > form > email > form > email > …"]
    );
    let seconds = 1_202 * 60;
    assert_eq!(
        told.sums("path_cell"),
        [format!(
            "journeys=1; touches=1203; contracts=1; revenue=1000; seconds={seconds}"
        )]
    );
}

#[test]
fn a_path_of_eight_channels_is_named_in_full() {
    let mut rows = String::new();
    for number in 1..=8 {
        writeln!(
            rows,
            "2026-01-0{number}T00:00:00Z,EnquiryAttached,lead=L1; submission=S{number}; channel=c{number}"
        )
        .unwrap();
    }
    assert_eq!(
        Told::of(&rows).labels("path_cell"),
        ["path=c1 > c2 > c3 > c4 > c5 > c6 > c7 > c8"]
    );
}

#[test]
fn a_renewal_without_touches_of_its_own_ends_no_chain() {
    let told = Told::of(&format!(
        "{SIGNED}\n2026-02-01T00:00:00Z,ContractSigned,contract=C2; deal=D2; lead=L1; amount=5.00 EUR"
    ));
    assert_eq!(
        told.labels("step_cell"),
        [
            "from_channel=email; to_channel=contract",
            "from_channel=form; to_channel=email",
            "from_channel=start; to_channel=form",
        ]
    );
    // Both contracts are credited to the touches before them all the same.
    assert_eq!(told.credits("first").len(), 2);
}

#[test]
fn who_signs_very_many_contracts_has_fewer_touches_credited_for_each() {
    let mut rows =
        String::from("2026-01-01T00:00:00Z,LeadCreated,lead=L1; submission=S; channel=form\n");
    for number in 0..250 {
        writeln!(
            rows,
            "2026-01-02T00:00:00Z,EnquiryAttached,lead=L1; submission=S{number}; channel=email\n\
             2026-01-03T00:00:00Z,ContractSigned,contract=C{number}; deal=D{number}; lead=L1; amount=1.00 EUR"
        )
        .unwrap();
    }
    // 20,000 over 250 contracts are 80 at either end.
    let told = Told::of(&rows);
    let credits = 250 * (4 * 160 + 2);
    assert_eq!(
        told.count("credit_record"),
        credits,
        "four models with all, two with one"
    );
    assert_eq!(told.count("touch_record"), 251);
}
