//! A year of an invented furniture company, entered by the public methods while the clock of the process is
//! moved from a year ago to the present: so every figure has a past, and every number its records.
//!
//! All of it comes from a seed. Steps of one person's story follow one another; stories go on side by side.

mod campaigns;
mod catalogue;
mod people;
mod steps;
mod story;

use std::sync::Arc;

use anyhow::{Context, bail};
use clock::{Hands, Timestamp};
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use proto::campaigns::v1::GetCampaignRequest;
use tokio::sync::Mutex;
use tonic::Code;

use self::{
    people::People,
    steps::{Sheets, Walker},
    story::{Act, Story},
};
use super::{doors::Doors, platform::Platform, team::Team};

/// Days that the year has.
pub(crate) const DAYS: i64 = 365;
/// Steps under way at a time: what several people in an office do at once. More of them where there are few people
/// would lie weeks apart.
const SIDE_BY_SIDE: std::ops::RangeInclusive<usize> = 1..=16;
/// People that keep one more step under way.
const PEOPLE_PER_STEP: usize = 125;
const SEED: u64 = 20_251_126;

/// Whether the year is to be entered: it is when none of it is there.
pub(crate) async fn is_missing(platform: &Platform, team: &Team) -> anyhow::Result<bool> {
    let first = is_there(platform, team, campaigns::id_of(0)).await?;
    let last = is_there(platform, team, campaigns::mark()).await?;
    if first && !last {
        bail!(
            "the demonstration's year was cut short by an earlier end: \
             start with another data folder, or without --demo"
        );
    }
    Ok(!first)
}

async fn is_there(platform: &Platform, team: &Team, campaign_id: String) -> anyhow::Result<bool> {
    let request = GetCampaignRequest { campaign_id };
    match platform.campaigns(&team.admin).get_campaign(request).await {
        Ok(_) => Ok(true),
        Err(status) if status.code() == Code::NotFound => Ok(false),
        Err(status) => Err(status.into()),
    }
}

/// Enters the year that ends at `until`; leaves the hands there.
pub(crate) async fn enter(
    platform: &Platform,
    team: &Team,
    doors: &Doors<'_>,
    (hands, until): (&Hands, Timestamp),
    people: u32,
) -> anyhow::Result<()> {
    let begin = until - chrono::TimeDelta::days(DAYS);
    hands.set(begin);
    campaigns::open_forms(platform, team)
        .await
        .context("forms")?;
    catalogue::record(platform, team)
        .await
        .context("catalogue")?;
    let count = usize::try_from(people)?;
    let people = People::read()?;
    let mut acts: Vec<Act> = campaigns::acts(begin);
    let mut stories = Vec::with_capacity(count);
    for number in 0..count {
        let invented = Story::invent(SEED, number, begin, &people);
        let (story, own) = invented.context("demo/people.json leaves a choice empty")?;
        stories.push(Arc::new(Mutex::new(story)));
        acts.extend(own);
    }
    acts.retain(|act| act.at < until);
    acts.sort_by_key(|act| (act.at, act.story));
    let progress = bar(acts.len());
    let walker = Walker {
        platform,
        team,
        doors,
        begin,
        sheets: Sheets::read()?,
        codes: std::sync::Mutex::default(),
        office: Mutex::default(),
    };
    let at_once = (count / PEOPLE_PER_STEP).clamp(*SIDE_BY_SIDE.start(), *SIDE_BY_SIDE.end());
    stream::iter(acts)
        .map(|act| {
            hands.set(act.at);
            let story = act.story.and_then(|number| stories.get(number)).cloned();
            let (walker, progress) = (&walker, &progress);
            async move {
                let done = walker.take(&act, story).await;
                progress.inc(1);
                done.with_context(|| format!("{:?} on {}", act.step, act.at.date_naive()))
            }
        })
        .buffered(at_once)
        .try_collect::<()>()
        .await?;
    hands.set(until);
    campaigns::complete(platform, team).await?;
    progress.finish_and_clear();
    Ok(())
}

fn bar(length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("  A year passes {bar:32} {percent:>3} %  {eta} left");
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
