//! Settings that cannot be meant.

use telemetry::{Error, Settings};

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    let filter = telemetry::init(&Settings {
        filter: "intake=loud".to_owned(),
        ..Settings::default()
    });
    assert!(matches!(filter, Err(Error::Filter { .. })), "{filter:?}");
    let sample = telemetry::init(&Settings {
        sample: 1.5,
        ..Settings::default()
    });
    assert!(matches!(sample, Err(Error::Sample(_))), "{sample:?}");
    let endpoint = telemetry::init(&Settings {
        endpoint: Some("not an endpoint".to_owned()),
        ..Settings::default()
    });
    assert!(
        matches!(endpoint, Err(Error::Endpoint { .. })),
        "{endpoint:?}"
    );
}
