//! Renders an offer as a document.

use ids::OfferId;

use super::App;
use crate::document::{Rendered, render};
use crate::error::Error;
use crate::store::offers;

/// The document of an offer as it is now; the same offer gives the same bytes.
pub(crate) async fn render_offer(app: &App, id: OfferId) -> Result<Rendered, Error> {
    let offer = offers::get(app.database().reader(), id).await?;
    let offer = offer.ok_or(Error::OfferNotFound(id))?;
    Ok(render(&offer, &app.settings.offer_seller)?)
}
