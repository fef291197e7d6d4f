//! Rates of currencies are recorded.

use ids::RateId;
use messaging::{Event, Tx};
use proto::analytics::v1::RateRecorded;

use super::App;
use super::keep_facts::keep_own;
use crate::error::Error;
use crate::store::rates::{self, Rate};

/// Records the rates that are new or other than before, as facts of the log; answers how many.
pub async fn record_rates(app: &App, wanted: Vec<Rate>) -> Result<usize, Error> {
    let base = &app.settings.base_currency;
    let tx = app.outbox.begin().await?;
    rates::lock(&*tx).await?;
    let mut known = rates::known(&*tx, base, &wanted).await?;
    let mut changed = Vec::new();
    // Of two for one day the later one counts.
    for rate in wanted.into_iter().rev() {
        let key = (rate.currency.clone(), rate.day);
        let before = known.insert(key, rate.billionths);
        let named = changed
            .iter()
            .any(|it: &Rate| it.currency == rate.currency && it.day == rate.day);
        if !named && before.unwrap_or_default() != rate.billionths {
            changed.push(rate);
        }
    }
    changed.reverse();
    if changed.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    announce(app, &tx, &changed).await?;
    rates::save(&*tx, base, &changed).await?;
    tx.commit().await?;
    app.appended.notify_one();
    Ok(changed.len())
}

async fn announce(app: &App, tx: &Tx, changed: &[Rate]) -> Result<(), Error> {
    let now = app.clock.now();
    let mut kept = Vec::with_capacity(changed.len());
    for rate in changed {
        let id = RateId::generate();
        let message = RateRecorded {
            rate_id: id.to_string(),
            currency: rate.currency.clone(),
            day: Some(prost_types::Timestamp {
                seconds: i64::from(rate.day) * 86_400,
                nanos: 0,
            }),
            billionths: rate.billionths,
            base_currency: app.settings.base_currency.clone(),
        };
        let event = Event::new(&message, id, 1, now);
        kept.push((event.id(), 1, message));
        tx.publish(event).await?;
    }
    keep_own(app, tx, kept).await
}
