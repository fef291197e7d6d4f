//! Settings of streams and durables. A server drops what it does not know without a word, so
//! what it made of them is compared with what was asked for.

use std::fmt::Debug;

use async_nats::{
    Client,
    jetstream::{
        consumer::{self, AckPolicy, DeliverPolicy, pull},
        stream::{self, DiscardPolicy, RetentionPolicy, StorageType},
    },
};

use crate::transport::{ConsumerSpec, Error, StreamSpec};

/// The first server that does all that is asked of it here.
const OLDEST: &str = "2.11";

/// Refuses a server that is too old; says nothing while there is no connection.
pub(super) fn check_version(client: &Client) -> Result<(), Error> {
    let found = client.server_info().version;
    if found.is_empty() || is_new_enough(&found) {
        return Ok(());
    }
    Err(Error::TooOld {
        found,
        wanted: OLDEST,
    })
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    let major = numbers.next().flatten();
    let minor = numbers.next().flatten();
    (major, minor) >= (Some(2), Some(11))
}

pub(super) fn stream(spec: &StreamSpec) -> stream::Config {
    stream::Config {
        name: spec.name.clone(),
        subjects: spec.subjects.clone(),
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        max_age: spec.max_age,
        duplicate_window: spec.duplicate_window,
        num_replicas: spec.replicas,
        ..stream::Config::default()
    }
}

pub(super) fn consumer(spec: &ConsumerSpec) -> pull::Config {
    pull::Config {
        durable_name: Some(spec.durable.name.clone()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: spec.ack_wait,
        // Attempts are counted in the inbox; the server would only drop what it gave up.
        max_deliver: -1,
        max_ack_pending: i64::from(spec.max_in_flight),
        filter_subjects: spec.filters.clone(),
        ..pull::Config::default()
    }
}

pub(super) fn compare_stream(wanted: &stream::Config, found: &stream::Config) -> Result<(), Error> {
    let echo = Echo(&wanted.name);
    echo.compare("subjects", &wanted.subjects, &found.subjects)?;
    echo.compare("storage", &wanted.storage, &found.storage)?;
    echo.compare("retention", &wanted.retention, &found.retention)?;
    echo.compare("discard", &wanted.discard, &found.discard)?;
    echo.compare("max_age", &wanted.max_age, &found.max_age)?;
    let windows = (wanted.duplicate_window, found.duplicate_window);
    echo.compare("duplicate_window", &windows.0, &windows.1)?;
    echo.compare("replicas", &wanted.num_replicas, &found.num_replicas)
}

pub(super) fn compare_consumer(
    name: &str,
    wanted: &pull::Config,
    found: &consumer::Config,
) -> Result<(), Error> {
    let echo = Echo(name);
    echo.compare("filter_subjects", &wanted.filter_subjects, &filters(found))?;
    echo.compare(
        "deliver_policy",
        &wanted.deliver_policy,
        &found.deliver_policy,
    )?;
    echo.compare("ack_policy", &wanted.ack_policy, &found.ack_policy)?;
    echo.compare("ack_wait", &wanted.ack_wait, &found.ack_wait)?;
    echo.compare("max_deliver", &wanted.max_deliver, &found.max_deliver)?;
    let pending = (wanted.max_ack_pending, found.max_ack_pending);
    echo.compare("max_ack_pending", &pending.0, &pending.1)?;
    echo.compare("backoff", &wanted.backoff, &found.backoff)
}

/// A single filter comes back in a field of its own.
fn filters(config: &consumer::Config) -> Vec<String> {
    if config.filter_subject.is_empty() {
        config.filter_subjects.clone()
    } else {
        vec![config.filter_subject.clone()]
    }
}

struct Echo<'a>(&'a str);

impl Echo<'_> {
    fn compare<T: PartialEq + Debug>(
        &self,
        field: &'static str,
        wanted: &T,
        found: &T,
    ) -> Result<(), Error> {
        if wanted == found {
            return Ok(());
        }
        Err(Error::Setting {
            subject: self.0.to_owned(),
            field,
            wanted: format!("{wanted:?}"),
            found: format!("{found:?}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::transport::Durable;

    #[test]
    fn servers_before_2_11_are_too_old() {
        for (version, enough) in [
            ("2.11.0", true),
            ("2.15.1", true),
            ("2.12.0-beta.1", true),
            ("3.0.0", true),
            ("2.10.29", false),
            ("2.9.10", false),
            ("1.99.0", false),
            ("dev", false),
        ] {
            assert_eq!(is_new_enough(version), enough, "{version}");
        }
    }

    #[test]
    fn a_setting_the_server_changed_is_named() {
        let spec = ConsumerSpec {
            durable: Durable {
                stream: "tributary-test".to_owned(),
                name: "deals-test".to_owned(),
            },
            filters: vec!["a".to_owned(), "b".to_owned()],
            ack_wait: Duration::from_mins(1),
            max_in_flight: 10,
        };
        let wanted = consumer(&spec);
        // As a server answers that does not know several filters.
        let found = consumer::Config {
            ack_policy: AckPolicy::Explicit,
            ack_wait: spec.ack_wait,
            max_deliver: -1,
            max_ack_pending: 10,
            ..consumer::Config::default()
        };
        let error = compare_consumer("deals-test", &wanted, &found).unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"deals-test: filter_subjects is [], wanted ["a", "b"]"#
        );
    }
}
