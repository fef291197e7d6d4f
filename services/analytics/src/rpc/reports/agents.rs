//! Work of members of staff.

use std::collections::{BTreeMap, BTreeSet};

use proto::analytics::v1::{AgentRow, GetAgentsRequest, GetAgentsResponse, Key};

use super::Reports;
use super::ask::{Ask, By, Page, Pages, ask};
use super::reader::{Group, Reader};
use crate::domain::figures::cells::{Agent, Funnel};
use crate::domain::report::{mean, share};
use crate::error::Error;
use crate::store::reports::records::numbers::{self, Number};

pub(crate) const LABELS: &[&str] = Agent::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &["agent"];

/// What is open now: leads, deals, and the amounts of these.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    leads: i64,
    deals: i64,
    value: i64,
}

pub(crate) async fn report(
    reports: &Reports,
    request: &GetAgentsRequest,
    pages: Pages,
) -> Result<GetAgentsResponse, Error> {
    let page = Page::read(request.page_size, &request.page_token, pages);
    let filter = request.filter.as_ref();
    let ask = ask(filter, &request.group_by, LABELS, DEFAULT, page)?;
    let mut reader = Reader::open(reports).await?;
    let work = reader.sums(Agent::TABLE, &ask).await?;
    let filled = ["filled_fields", "wanted_fields"];
    let cards = reader.some_sums(Funnel::TABLE, &filled, &ask).await?;
    let open = open(&reader, &ask).await?;

    let mut groups: BTreeSet<Group> = work.rows.keys().cloned().collect();
    groups.extend(cards.rows.keys().cloned());
    groups.extend(open.iter().flat_map(|open| open.keys().cloned()));
    let (page, next_page_token) = reader.page(&ask, groups).await?;
    let rows = page.into_iter().map(|(group, keys)| {
        let open = open.as_ref();
        let open = open.map(|open| open.get(&group).copied().unwrap_or_default());
        row(&reader, keys, &work.of(&group), &cards.of(&group), open)
    });
    let rows = rows.collect();
    let open = open.map(|open| {
        open.values().fold(Open::default(), |all, one| Open {
            leads: all.leads + one.leads,
            deals: all.deals + one.deals,
            value: all.value + one.value,
        })
    });
    let total = row(&reader, Vec::new(), &work.total(), &cards.total(), open);
    Ok(GetAgentsResponse {
        as_of: Some(reader.as_of()),
        rows,
        total: Some(total),
        next_page_token,
    })
}

/// Of now, so by agent alone.
async fn open(reader: &Reader, ask: &Ask) -> Result<Option<BTreeMap<Group, Open>>, Error> {
    let by_agent = ask.by == [By::Label("agent")];
    if !by_agent || ask.only.iter().any(|(label, _)| *label != "agent") {
        return Ok(None);
    }
    let only = reader.numbers(&ask.only).await?;
    let agents = only.first().map(|(_, numbers)| numbers.as_slice());
    let mut counts: BTreeMap<i32, Open> = BTreeMap::new();
    if let Some(number) = number(numbers::LEADS, "agents.open_leads") {
        for (agent, count, _) in reader.snapshot.open_by_agent(number, None, agents).await? {
            counts.entry(agent).or_default().leads = count;
        }
    }
    if let Some(number) = number(numbers::DEALS, "agents.open_deals") {
        let deals = reader.snapshot.open_by_agent(number, Some("value"), agents);
        for (agent, count, value) in deals.await? {
            let open = counts.entry(agent).or_default();
            (open.deals, open.value) = (count, value);
        }
    }
    let texts = reader.snapshot.texts(counts.keys().copied()).await?;
    let open = counts.into_iter().map(|(agent, open)| {
        let agent = texts.get(&agent).cloned().unwrap_or_default();
        (vec![agent], open)
    });
    Ok(Some(open.collect()))
}

fn number(all: &'static [Number], name: &str) -> Option<&'static Number> {
    all.iter().find(|number| number.name == name)
}

fn row(
    reader: &Reader,
    keys: Vec<Key>,
    work: &[i64],
    cards: &[i64],
    open: Option<Open>,
) -> AgentRow {
    let it = Agent::of_sums(work);
    let cards = Funnel::of_sums(cards);
    let outcomes = it.positive + it.negative + it.satisfactory + it.undecided;
    AgentRow {
        keys,
        open_leads: open.map(|open| open.leads),
        open_deals: open.map(|open| open.deals),
        open_value: open.and_then(|open| reader.money(open.value)),
        assigned: it.assigned,
        first_talks: it.first_talks,
        response_seconds: mean(it.first_talk_seconds, it.first_talks),
        positive: it.positive,
        negative: it.negative,
        satisfactory: it.satisfactory,
        undecided: it.undecided,
        positive_share: share(it.positive, outcomes),
        activities: it.activities,
        won: it.won,
        won_value: reader.money(it.won_value),
        completeness: share(cards.filled_fields, cards.wanted_fields),
    }
}
