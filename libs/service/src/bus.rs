//! The broker: NATS where the settings name one, otherwise the embedded bus.

use clock::Clock;
use messaging::{embedded, jetstream, transport::SharedTransport};

use crate::{StartError, settings::Shared};

/// Connects the broker that the settings name.
pub async fn connect(shared: &Shared, clock: &Clock) -> Result<SharedTransport, StartError> {
    let transport = match (&shared.nats, shared.bus_file()) {
        (Some(url), _) => jetstream::connect(url, "tributary").await,
        (None, Some(file)) => embedded::open(&file, clock.clone()).await,
        (None, None) => {
            let missing = "neither nats.url nor bus.path is set";
            return Err(StartError::Broker(missing.into()));
        }
    };
    transport.map_err(|error| StartError::Broker(error.into()))
}
