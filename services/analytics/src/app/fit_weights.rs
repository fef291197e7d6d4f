//! The data-driven model is fitted to the steps of journeys.

use clock::Timestamp;
use ids::WeightsId;
use messaging::Event;
use proto::analytics::v1::{WeightsFitted, weights_fitted::Weight};

use super::App;
use super::keep_facts::keep_own;
use crate::domain::fact::What;
use crate::domain::weights;
use crate::error::Error;
use crate::reading::Kept;
use crate::store::log::Logged;
use crate::store::{generations, rates, steps};

/// Weights as they were fitted once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    pub version: i64,
    pub at: Timestamp,
    /// In millionths, by channel.
    pub weights: Vec<(String, i64)>,
    /// Of its fact.
    pub position: i64,
}

/// Fits the weights anew; appends them to the log if they differ from the latest. Answers whether they do, and the
/// weights in use.
pub async fn fit_weights(app: &App) -> Result<(bool, Option<Fitted>), Error> {
    let reader = app.database().reader();
    let Some(living) = generations::living(reader).await? else {
        return Err(Error::NoFigures);
    };
    let fitted = weights::fit(&steps::all(reader, living.number).await?);
    let tx = app.outbox.begin().await?;
    // Of two that fit at once, the second sees what the first one found.
    rates::lock(&*tx).await?;
    let latest = latest(rates::fitted(&*tx, WeightsFitted::KIND, i64::MAX, 1).await?);
    let before = latest.as_ref().map_or(&[][..], |it| &it.weights);
    if before == fitted {
        tx.rollback().await?;
        return Ok((false, latest));
    }
    let id = WeightsId::generate();
    let message = WeightsFitted {
        weights_id: id.to_string(),
        version: latest.as_ref().map_or(1, |it| it.version + 1),
        weights: fitted
            .iter()
            .map(|(channel, millionths)| Weight {
                channel: channel.clone(),
                millionths: *millionths,
            })
            .collect(),
    };
    let version = message.version;
    let event = Event::new(&message, id, version, app.clock.now());
    let fact = (event.id(), version, message);
    tx.publish(event).await?;
    keep_own(app, &tx, vec![fact]).await?;
    let latest = self::latest(rates::fitted(&*tx, WeightsFitted::KIND, i64::MAX, 1).await?);
    tx.commit().await?;
    app.appended.notify_one();
    tracing::info!(
        version,
        channels = fitted.len(),
        "the weights were fitted anew"
    );
    Ok((true, latest))
}

fn latest(found: Vec<Logged>) -> Option<Fitted> {
    found.into_iter().find_map(read)
}

/// The weights of a fact.
pub fn read(logged: Logged) -> Option<Fitted> {
    match logged.fact.what {
        What::WeightsFitted { version, weights } => Some(Fitted {
            version,
            at: logged.fact.at,
            weights,
            position: logged.position,
        }),
        _ => None,
    }
}
