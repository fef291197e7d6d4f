//! What campaigns and channels cost: lines of costs, and what figures of channels bring with them.

use std::collections::BTreeMap;

use super::ask::{Ask, By};
use super::reader::{Group, Reader, is_kept_by};
use crate::domain::figures::cells::{Channel, Cost};
use crate::error::Error;

/// Costs by group, with how many amounts could not be converted; none when costs are not kept by what is asked for.
pub(crate) async fn costs(
    reader: &Reader,
    ask: &Ask,
) -> Result<Option<BTreeMap<Group, (i64, i64)>>, Error> {
    if !is_kept_by(Cost::TABLE, ask) {
        return Ok(None);
    }
    let mut costs: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
    let spent = ["actual", "unconverted"];
    for (group, sums) in reader.some_sums(Cost::TABLE, &spent, ask).await?.rows {
        let sums = Cost::of_sums(&sums);
        costs.insert(group, (sums.actual, sums.unconverted));
    }
    // Figures of channels belong to no activity.
    if ask.only.iter().any(|(label, _)| *label == "activity") {
        return Ok(Some(costs));
    }
    let mut of_channels = ask.clone();
    of_channels.by.retain(|by| *by != By::Label("activity"));
    let blank = ask.by.iter().position(|by| *by == By::Label("activity"));
    let of_channels = reader.some_sums(Channel::TABLE, &["cost", "unconverted"], &of_channels);
    for (mut group, sums) in of_channels.await?.rows {
        if let Some(place) = blank {
            group.insert(place, String::new());
        }
        let sums = Channel::of_sums(&sums);
        if sums.cost != 0 || sums.unconverted != 0 {
            let (cost, unconverted) = costs.entry(group).or_default();
            *cost += sums.cost;
            *unconverted += sums.unconverted;
        }
    }
    Ok(Some(costs))
}
