//! The figures that analytics derives, as texts that do not depend on the order in which it heard of things.

use std::collections::BTreeMap;
use std::sync::Arc;

use analytics::{
    app::App,
    projector,
    store::{
        digest::{self, Texts},
        generations,
    },
};
use anyhow::{Context as _, Result};
use clock::Clock;
use messaging::Outbox;
use service::settings::Section;

/// Derives what was heard of, and reads the rows of each table of figures that has some.
pub async fn rows(outbox: &Outbox) -> Result<BTreeMap<String, Vec<String>>> {
    let definition = analytics::definition();
    let settings = Section::of_defaults(definition.name, definition.settings)?.parse()?;
    let app = Arc::new(App::new(outbox.clone(), Clock::system(), settings));
    projector::catch_up(&app).await?;
    let reader = app.database().reader();
    let living = generations::living(reader).await?;
    let living = living.context("no figures")?;
    let texts = Texts::read(reader).await?;
    let mut figures = BTreeMap::new();
    for table in digest::tables() {
        let rows = table.rows(reader, living.number, &texts).await?;
        if !rows.is_empty() {
            figures.insert(table.name(), rows);
        }
    }
    Ok(figures)
}
