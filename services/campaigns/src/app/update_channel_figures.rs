use ids::FiguresId;

use super::{App, again::again};
use crate::{
    domain::channel::{ChannelFigures, Entry},
    error::Error,
    events,
    refusal::Refusal,
    store,
};

pub struct UpdateChannelFigures {
    pub id: FiguresId,
    /// Revision that the caller saw; 0 to overwrite.
    pub revision: i64,
    pub entry: Entry,
}

/// Replaces figures. The same again changes nothing.
pub async fn update_channel_figures(
    app: &App,
    cmd: UpdateChannelFigures,
) -> Result<ChannelFigures, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &UpdateChannelFigures) -> Result<ChannelFigures, Error> {
    let tx = app.outbox.begin().await?;
    let mut figures = store::channels::get(&*tx, cmd.id).await?;
    if cmd.revision != 0 && cmd.revision != figures.revision {
        return Err(Error::Changed("figures"));
    }
    if let Some(campaign) = cmd.entry.campaign {
        store::campaigns::get(&*tx, campaign).await?;
    }
    let seen = figures.revision;
    if figures.change(cmd.entry.clone()).map_err(Refusal::from)? {
        store::channels::save(&tx, &figures, seen).await?;
        let event = events::money::channel_figures_recorded(&figures, app.clock.now());
        tx.publish(event).await?;
        tx.commit().await?;
    }
    Ok(figures)
}
