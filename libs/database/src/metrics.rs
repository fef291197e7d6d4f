//! How full the pools are.

use opentelemetry::KeyValue;

/// What is seen of a pool.
pub(crate) struct Reading {
    pub(crate) schema: &'static str,
    pub(crate) role: &'static str,
    pub(crate) open: u32,
    pub(crate) idle: usize,
}

/// Shows the pools for as long as `read` finds them open.
pub(crate) fn watch(read: impl Fn() -> Vec<Reading> + Send + Sync + 'static) {
    telemetry::meter()
        .u64_observable_gauge("database_connections")
        .with_description("open connections of a pool")
        .with_callback(move |observer| {
            for Reading {
                schema,
                role,
                open,
                idle,
            } in read()
            {
                let labels = |state: &'static str| {
                    [
                        KeyValue::new("schema", schema),
                        KeyValue::new("role", role),
                        KeyValue::new("state", state),
                    ]
                };
                let idle = idle as u64;
                observer.observe(idle, &labels("idle"));
                observer.observe(u64::from(open).saturating_sub(idle), &labels("used"));
            }
        })
        .build();
}
