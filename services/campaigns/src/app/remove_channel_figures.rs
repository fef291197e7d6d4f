use ids::FiguresId;

use super::{App, again::again};
use crate::{domain::channel::ChannelFigures, error::Error, events, store};

pub struct RemoveChannelFigures {
    pub id: FiguresId,
    /// Revision that the caller saw; 0 for any.
    pub revision: i64,
}

/// Takes figures out. Twice changes nothing.
pub async fn remove_channel_figures(
    app: &App,
    cmd: RemoveChannelFigures,
) -> Result<ChannelFigures, Error> {
    again(|| attempt(app, &cmd)).await
}

async fn attempt(app: &App, cmd: &RemoveChannelFigures) -> Result<ChannelFigures, Error> {
    let tx = app.outbox.begin().await?;
    let mut figures = store::channels::get(&*tx, cmd.id).await?;
    let seen = figures.revision;
    if !figures.remove() {
        return Ok(figures);
    }
    if cmd.revision != 0 && cmd.revision != seen {
        return Err(Error::Changed("figures"));
    }
    store::channels::save(&tx, &figures, seen).await?;
    let event = events::money::channel_figures_recorded(&figures, app.clock.now());
    tx.publish(event).await?;
    tx.commit().await?;
    Ok(figures)
}
