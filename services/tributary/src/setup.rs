//! The settings of a command, from its mode, its flags and the environment.

use std::path::Path;

use anyhow::Context;
use clock::Clock;
use rpc::{Identity, access::Policy};
use service::{
    Definition, Plan, Settings,
    settings::{Environment, Loader},
};

use crate::{
    cli::Sources,
    dev::folder,
    output::Output,
    services::{PUBLIC, all},
};

/// As whom the command line calls services.
pub(crate) fn identity() -> Identity {
    Identity::Service {
        name: "tributary".to_owned(),
    }
}

/// Defaults of all services, whichever of them run here.
pub(crate) fn loader() -> Loader {
    let all = all();
    Loader::new(all.iter().map(|service| (service.name, service.settings)))
}

/// The settings of a command that is not `dev`.
pub(crate) fn settings(sources: &Sources) -> Result<Settings, service::settings::Error> {
    let loader = file(loader(), sources.config.as_deref());
    loader.environment(&Environment::of_process()).load()
}

/// The settings of a command that works on what is there: on the data of `tributary dev`, if the
/// settings name no database.
pub(crate) fn settings_or_dev(
    sources: &Sources,
    output: &mut Output,
) -> Result<Settings, service::settings::Error> {
    let settings = settings(sources)?;
    if settings.text("database.url").is_some() || !folder::is_one(&sources.data) {
        return Ok(settings);
    }
    output.note(&format!(
        "Using the data of `tributary dev` in {}.",
        sources.data.display()
    ));
    let key = folder::signing_key(&sources.data)
        .map_err(|error| service::settings::Error::new(format!("{error:#}")))?;
    let loader = folder::preset(loader(), &sources.data, &key);
    file(loader, sources.config.as_deref())
        .environment(&Environment::of_process())
        .load()
}

pub(crate) fn file(loader: Loader, file: Option<&Path>) -> Loader {
    match file {
        Some(file) => loader.file(file),
        None => loader,
    }
}

/// What a process with these services is to run.
pub(crate) fn plan(
    services: Vec<Definition>,
    settings: Settings,
    dev: bool,
) -> anyhow::Result<Plan> {
    let policy = Policy::new(proto::POLICY).context("access policy")?;
    Ok(Plan {
        services,
        public: Some(PUBLIC),
        settings,
        policy,
        clock: Clock::system(),
        delivery: Clock::system(),
        dev,
    })
}
