//! What churned, and the contracts behind it.

use chrono::TimeDelta;
use ids::StaffId;
use persons::merges;

use super::App;
use crate::domain::churn::{Client, Fate, Figures, fate};
use crate::domain::contract::Contract;
use crate::domain::month::Month;
use crate::error::Error;
use crate::store::ended::{self, Cursor, Span};

/// Ended contracts that are looked at in one go.
const BATCH: u32 = 200;

/// What churned in each of these months, which follow one another.
pub async fn churn(
    app: &App,
    months: &[Month],
    responsible: Option<StaffId>,
) -> Result<Vec<(Month, Figures)>, Error> {
    let reader = app.database().reader();
    let mut all: Vec<_> = months
        .iter()
        .map(|month| (*month, Figures::default()))
        .collect();
    for (place, manager, contracts) in ended::in_force(reader, months, responsible).await? {
        if let Some((_, figures)) = all.get_mut(place) {
            figures.start_with(manager, contracts);
        }
    }
    let Some(span) = Span::of(months, responsible) else {
        return Ok(all);
    };
    let mut after: Option<Cursor> = None;
    loop {
        let (page, next) = ended_contracts(app, span, after, BATCH).await?;
        for (contract, fate) in &page {
            let month = contract.end_of().map(|end| Month::of(end.at));
            if let Some((_, figures)) = all.iter_mut().find(|(it, _)| Some(*it) == month) {
                figures.add(contract, *fate);
            }
        }
        after = next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// Contracts that ended within a span, and what became of each; where to go on.
pub async fn ended_contracts(
    app: &App,
    span: Span,
    after: Option<Cursor>,
    size: u32,
) -> Result<(Vec<(Contract, Fate)>, Option<Cursor>), Error> {
    let mut page = ended::page(app.database().reader(), span, after, size + 1).await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = page.len() > size;
    page.truncate(size);
    let next = page.last().and_then(ended::cursor).filter(|_| more);
    Ok((with_fates(app, page).await?, next))
}

async fn with_fates(app: &App, page: Vec<Contract>) -> Result<Vec<(Contract, Fate)>, Error> {
    let reader = app.database().reader();
    let persons = page
        .iter()
        .filter_map(|contract| contract.parties.client.person);
    let members = merges::members_of_all(reader, persons).await?;
    let client = |contract: &Contract| {
        let person = contract.parties.client.person;
        Client {
            persons: person
                .and_then(|person| members.get(&person))
                .cloned()
                .unwrap_or_default(),
            organisation: contract.parties.client.organisation,
        }
    };
    let clients: Vec<Client> = page.iter().map(client).collect();
    let followers = ended::followers(reader, &page, &clients).await?;
    let grace = TimeDelta::days(app.settings.churn_grace_days.into());
    let now = app.clock.now();
    let with_fate = |(contract, client): (Contract, Client)| {
        let end = contract.end_of()?.at;
        let near = followers.of(contract.id, &client);
        let fate = fate((contract.id, end), &client, near, grace, now);
        Some((contract, fate))
    };
    let contracts = page.into_iter().zip(clients);
    Ok(contracts.filter_map(with_fate).collect())
}
