//! `tributary serve`: the named services, on what the settings name.

use crate::{Failure, cli::Sources, dev::port_owner, services, setup};

pub(crate) async fn run(sources: &Sources, names: &[String]) -> Result<(), Failure> {
    let services = services::named(names).map_err(Failure::WrongUse)?;
    let settings = setup::settings(sources)?;
    let telemetry = telemetry::Settings {
        service: process_name(names),
        ..settings.shared()?.telemetry
    };
    let _flushed_at_exit = telemetry::init(&telemetry)?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(services = names.join(" "), version, "starting");
    let stopped = match service::run(setup::plan(services, settings, false)?).await {
        Ok(stopped) => stopped,
        Err(error) => {
            let way_out = "Set listen.public, listen.internal or listen.ops to another address.";
            return Err(port_owner::explain(error, way_out).into());
        }
    };
    if stopped.cleanly() {
        tracing::info!("stopped cleanly");
        return Ok(());
    }
    tracing::warn!(unfinished = ?stopped.unfinished, "stopped with work unfinished");
    Ok(())
}

/// Name of the process in traces and metrics: that of its only service.
fn process_name(names: &[String]) -> String {
    match names {
        [name] => name.clone(),
        _ => "tributary".to_owned(),
    }
}
