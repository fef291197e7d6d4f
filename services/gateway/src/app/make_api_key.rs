//! Makes an API key for a partner.

use clock::Timestamp;
use ids::{ApiKeyId, PartnerId};
use rand::{Rng, distr::Alphanumeric};

use super::App;
use crate::{
    credentials,
    domain::api_key::{self, ApiKey},
    error::Error,
    store::{api_keys, partners},
};

/// How often a place is looked for again when somebody else took it.
const ATTEMPTS: usize = 5;

/// The key to make.
pub(crate) struct MakeApiKey {
    pub(crate) partner: PartnerId,
    pub(crate) test: bool,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A key with its text, to be shown this once.
pub(crate) struct Made {
    pub(crate) key: ApiKey,
    pub(crate) secret: String,
}

/// Makes a key. Not announced: no other service knows keys.
pub(crate) async fn make_api_key(app: &App, cmd: MakeApiKey) -> Result<Made, Error> {
    let mut attempt = 1;
    loop {
        match try_make(app, &cmd).await {
            Err(Error::Conflict) if attempt < ATTEMPTS => attempt += 1,
            result => return result,
        }
    }
}

async fn try_make(app: &App, cmd: &MakeApiKey) -> Result<Made, Error> {
    let now = app.clock.now();
    let tx = app.outbox.begin().await?;
    let partner = partners::find(tx.connection(), cmd.partner).await?;
    partner.ok_or(Error::PartnerNotFound)?;
    let keys = api_keys::of_partner(tx.connection(), cmd.partner).await?;
    let place = api_key::free_place(&keys, cmd.test, now);
    let (place, retired) = place.ok_or(Error::TooManyKeys)?;
    if let Some(retired) = retired {
        api_keys::retire(tx.connection(), retired).await?;
    }
    let secret = api_key::text(cmd.test, &random_text());
    let key = ApiKey {
        id: ApiKeyId::generate(),
        partner: cmd.partner,
        hint: api_key::hint(&secret),
        test: cmd.test,
        place: Some(place),
        created_at: now,
        expires_at: cmd.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    match api_keys::insert(tx.connection(), &key, &credentials::digest(&secret)).await {
        Err(error) if error.violates(api_keys::PLACE_KEY) => return Err(Error::Conflict),
        inserted => inserted?,
    }
    tx.commit().await?;
    Ok(Made { key, secret })
}

fn random_text() -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(api_key::SECRET_LENGTH)
        .map(char::from)
        .collect()
}
