//! Revokes an API key.

use ids::{ApiKeyId, PartnerId};

use super::App;
use crate::{domain::api_key::ApiKey, error::Error, store::api_keys};

/// Revokes the key; once more changes nothing.
pub(crate) async fn revoke_api_key(
    app: &App,
    partner: PartnerId,
    id: ApiKeyId,
) -> Result<ApiKey, Error> {
    let tx = app.outbox.begin().await?;
    let found = api_keys::find(tx.connection(), partner, id).await?;
    found.ok_or(Error::ApiKeyNotFound)?;
    api_keys::revoke(tx.connection(), id, app.clock.now()).await?;
    let key = api_keys::find(tx.connection(), partner, id).await?;
    tx.commit().await?;
    app.credentials.forget_key(id);
    key.ok_or(Error::ApiKeyNotFound)
}
