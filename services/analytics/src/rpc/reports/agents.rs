//! Work of members of staff.

use std::collections::{BTreeMap, BTreeSet};

use proto::analytics::v1::{AgentRow, GetAgentsRequest, GetAgentsResponse, Key};

use super::Reports;
use super::ask::{Ask, Page, Pages, ask};
use super::reader::{Group, Reader};
use crate::domain::figures::cells::{Agent, Funnel};
use crate::domain::report::{Period, mean, share};
use crate::error::Error;

pub(crate) const LABELS: &[&str] = Agent::TABLE.labels;
pub(crate) const DEFAULT: &[&str] = &["agent"];

/// What is open now: leads, deals, and the amounts of these.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    leads: i64,
    deals: i64,
    value: i64,
}

impl Open {
    fn any(self) -> bool {
        self.leads != 0 || self.deals != 0
    }
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

/// Of now: not by spans of time, and whatever the days of the filter.
async fn open(reader: &Reader, ask: &Ask) -> Result<Option<BTreeMap<Group, Open>>, Error> {
    if ask.by.iter().any(|by| by.label().is_none()) {
        return Ok(None);
    }
    let mut now = ask.clone();
    now.period = Period::default();
    let sums = ["open_leads", "open_deals", "open_value"];
    let sums = reader.some_sums(Agent::TABLE, &sums, &now).await?;
    let open = sums.rows.into_iter().map(|(group, sums)| {
        let it = Agent::of_sums(&sums);
        let open = Open {
            leads: it.open_leads,
            deals: it.open_deals,
            value: it.open_value,
        };
        (group, open)
    });
    Ok(Some(open.filter(|(_, open)| open.any()).collect()))
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
