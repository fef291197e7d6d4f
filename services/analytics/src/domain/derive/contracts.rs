//! Contracts by what happened to them, and one by one.

use ids::{ContractId, DealId, LeadId};

use super::{
    Desk,
    book::{Book, Home, contract::Contract},
    cohorts::{self, Cohort},
    day,
    desk::Worth,
    printed,
};
use crate::domain::figures::{cells, records};

pub(super) fn derive(book: &Book<'_>, desk: &mut Desk<'_>) {
    let cohort = Cohort::of(book);
    let firsts = cohorts::firsts(book);
    for contract in book.contracts.values() {
        // Of one that only an end or a payment is known of, the rest is still to come.
        if contract.recorded().is_some() || contract.signed_at.is_some() {
            happenings(contract, desk);
            let first_of_age = firsts.contains(&contract.id);
            desk.record(record(book, contract, cohort, first_of_age));
        }
        for (id, payment) in &contract.payments {
            let cohort = cohort.zip(payment.received_at);
            desk.record(records::Payment {
                id: id.uuid(),
                contract: Some(contract.id.uuid()),
                due_at: payment.due_at,
                received_at: payment.received_at,
                minor: payment.amount.map_or(0, |amount| amount.minor),
                currency: payment
                    .amount
                    .map(|amount| amount.currency.clone())
                    .unwrap_or_default(),
                value: payment.worth.value,
                converted: payment.worth.converted(),
                cohort_at: cohort.map(|(cohort, _)| cohort.month()),
                age: cohort.map_or_else(String::new, |(cohort, at)| cohort.label(at)),
            });
        }
    }
}

fn happenings(contract: &Contract<'_>, desk: &mut Desk<'_>) {
    let cell = |at| cells::Contract {
        day: day(at),
        kind: contract.kind().to_owned(),
        agent: printed(contract.agent()),
        ..cells::Contract::default()
    };
    if let Some(at) = contract.signed_at {
        desk.cell(cells::Contract {
            signed: 1,
            signed_value: contract.worth.value,
            unconverted: contract.worth.missing,
            ..cell(at)
        });
        for (id, growth) in &contract.growths {
            desk.record(records::Growth {
                id: id.uuid(),
                contract: Some(contract.id.uuid()),
                kind: growth.kind.to_owned(),
                grown_at: Some(growth.at),
                agent: printed(contract.agent()),
                minor: growth.added.map_or(0, |added| added.minor),
                currency: growth
                    .added
                    .map(|added| added.currency.clone())
                    .unwrap_or_default(),
                value: growth.worth.value,
                converted: growth.worth.converted(),
            });
            desk.cell(cells::Contract {
                kind: growth.kind.to_owned(),
                signed: 1,
                signed_value: growth.worth.value,
                unconverted: growth.worth.missing,
                ..cell(growth.at)
            });
        }
    }
    if let Some(at) = contract.started_at {
        desk.cell(cells::Contract {
            started: 1,
            ..cell(at)
        });
    }
    if let Some(at) = contract.ended_at {
        desk.cell(cells::Contract {
            end_kind: contract.end_kind.to_owned(),
            reason: contract.reason.to_owned(),
            ended: 1,
            ended_value: contract.revenue().value,
            continued: i64::from(contract.continued),
            ..cell(at)
        });
    }
}

fn record(
    book: &Book<'_>,
    contract: &Contract<'_>,
    cohort: Option<Cohort>,
    first_of_age: bool,
) -> records::Contract {
    let labels = book.labels_of_contract(contract);
    let recorded = contract.recorded();
    let (minor, currency) = amount(contract);
    let cohort = cohort.zip(contract.signed_at);
    // Of a draft what is asked for, which is no revenue yet.
    let worth = if contract.signed_at.is_some() {
        contract.revenue()
    } else {
        contract.worth
    };
    let expected: Worth = contract
        .payments
        .values()
        .filter(|payment| payment.received_at.is_none())
        .map(|payment| payment.worth)
        .sum();
    records::Contract {
        id: contract.id.uuid(),
        deal: contract.deal().map(DealId::uuid),
        lead: match contract.home {
            Home::Lead(lead) => Some(lead.uuid()),
            _ => contract.lead().map(LeadId::uuid),
        },
        number: recorded.map_or("", |told| told.number).to_owned(),
        state: contract.state().to_owned(),
        kind: contract.kind().to_owned(),
        previous: recorded
            .and_then(|told| told.previous)
            .map(ContractId::uuid),
        agent: printed(contract.agent()),
        channel: labels.channel,
        source: labels.source,
        campaign: labels.campaign,
        partner: labels.partner,
        counted_at: book.contract_counted_at(contract),
        signed_at: contract.signed_at,
        starts_at: recorded.and_then(|told| told.starts_at),
        ends_at: recorded.and_then(|told| told.ends_at),
        started_at: contract.started_at,
        ended_at: contract.ended_at,
        end_kind: contract.end_kind.to_owned(),
        reason: contract.reason.to_owned(),
        continued: contract.continued,
        minor,
        currency,
        value: worth.value,
        converted: worth.converted(),
        expected: expected.value,
        received: contract.received().value,
        cohort_at: cohort.map(|(cohort, _)| cohort.month()),
        age: cohort.map_or_else(String::new, |(cohort, at)| cohort.label(at)),
        first_of_age,
    }
}

/// What it brings in its own currency; growth in another one is in the converted value only.
fn amount(contract: &Contract<'_>) -> (i64, String) {
    let growths = || {
        contract
            .growths
            .values()
            .filter(|_| contract.signed_at.is_some())
            .filter_map(|growth| growth.added)
    };
    let (agreed, currency) = contract
        .agreed
        .or_else(|| {
            let first = growths().next()?;
            Some((0, first.currency.as_str()))
        })
        .unwrap_or_default();
    let minor = growths()
        .filter(|added| added.currency == currency)
        .fold(agreed, |sum, added| sum.saturating_add(added.minor));
    (minor, currency.to_owned())
}
