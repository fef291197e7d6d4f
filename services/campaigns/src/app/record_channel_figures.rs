use std::collections::BTreeSet;

use ids::{CampaignId, FiguresId};
use messaging::Tx;

use super::{App, again::again};
use crate::{domain::channel::ChannelFigures, error::Error, events, store};

pub struct RecordChannelFigures {
    pub figures: Vec<ChannelFigures>,
    /// Nothing is kept: only the answers count.
    pub dry_run: bool,
}

/// Figures that are there now, and whether they were recorded just now.
#[derive(Debug)]
pub struct Recorded {
    pub figures: ChannelFigures,
    pub created: bool,
}

/// Records figures of channels: all, or none when one names a campaign that is not known. The same
/// id twice returns what is there.
pub async fn record_channel_figures(
    app: &App,
    cmd: RecordChannelFigures,
) -> Result<Vec<Recorded>, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RecordChannelFigures) -> Result<Vec<Recorded>, Error> {
    let tx = app.outbox.begin().await?;
    let ids: Vec<FiguresId> = cmd.figures.iter().map(|figures| figures.id).collect();
    let mut known = store::channels::known(&*tx, &ids).await?;
    let (mut answers, mut new) = (Vec::new(), Vec::new());
    for figures in &cmd.figures {
        let created = !known.contains_key(&figures.id);
        if created {
            new.push(figures.clone());
        }
        let figures = known.entry(figures.id).or_insert_with(|| figures.clone());
        answers.push(Recorded {
            figures: figures.clone(),
            created,
        });
    }
    check_campaigns(&tx, &new).await?;
    if !cmd.dry_run && !new.is_empty() {
        store::channels::insert(&tx, &new).await?;
        let now = app.clock.now();
        let events = new
            .iter()
            .map(|figures| events::money::channel_figures_recorded(figures, now));
        tx.publish_all(events.collect()).await?;
        tx.commit().await?;
    }
    Ok(answers)
}

async fn check_campaigns(tx: &Tx, figures: &[ChannelFigures]) -> Result<(), Error> {
    let named: BTreeSet<CampaignId> = figures.iter().filter_map(|it| it.entry.campaign).collect();
    for campaign in named {
        store::campaigns::get(&**tx, campaign).await?;
    }
    Ok(())
}
