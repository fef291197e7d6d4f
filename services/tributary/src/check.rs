//! `tributary check`: whether a process with these settings would find all that it needs.

mod report;

use std::path::Path;

use clock::Clock;
use futures::future::join_all;
use messaging::{SharedTransport, transport::StreamState};
use service::{Definition, settings::Shared};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use self::report::{Line, Report, chain};
use crate::{Failure, cli::Sources, output::Output, services, setup};

pub(crate) async fn run(
    sources: &Sources,
    names: &[String],
    output: &mut Output,
) -> Result<(), Failure> {
    let services = services::named(names).map_err(Failure::WrongUse)?;
    let mut report = Report::default();
    if let Some(shared) = settings(sources, output, &mut report) {
        if shared.names_database().is_ok() {
            let lines = join_all(services.iter().map(|service| database(service, &shared))).await;
            for line in lines {
                report.add(line);
            }
        }
        for line in broker(&services, &shared).await {
            report.add(line);
        }
        for line in join_all(
            shared
                .upstream
                .iter()
                .map(|(name, url)| upstream(name, url)),
        )
        .await
        {
            report.add(line);
        }
    }
    for line in report.lines() {
        output.line(&line);
    }
    if report.failed() {
        Err(Failure::Told)
    } else {
        Ok(())
    }
}

fn settings(sources: &Sources, output: &mut Output, report: &mut Report) -> Option<Shared> {
    let read = setup::settings_or_dev(sources, output).and_then(|settings| {
        let shared = settings.shared()?;
        Ok((settings, shared))
    });
    let (settings, shared) = match read {
        Ok(read) => read,
        Err(error) => {
            for problem in error.problems() {
                report.add(Line::bad("settings", problem, "put it right"));
            }
            return None;
        }
    };
    match shared.complete() {
        Ok(()) => {
            let shown = settings.shown();
            let given = shown
                .iter()
                .filter(|(.., it)| *it != service::settings::Origin::Default);
            let text = format!(
                "{} known, {} not at their default",
                shown.len(),
                given.count()
            );
            report.add(Line::good("settings", &text));
        }
        Err(error) => {
            for problem in error.problems() {
                // Each says itself what to set.
                report.add(Line::bad("settings", problem, ""));
            }
        }
    }
    Some(shared)
}

async fn database(service: &Definition, shared: &Shared) -> Line {
    let name = service.name;
    let migrate = format!("run `tributary migrate {name}`");
    let folder = shared.database.url.strip_prefix("sqlite:").map(Path::new);
    // Connecting would create it.
    if folder.is_some_and(|folder| !folder.join(format!("{name}.db")).exists()) {
        return Line::bad("database", &format!("{name}: not created yet"), &migrate);
    }
    let database = match database::Database::connect(&shared.database, name).await {
        Ok(database) => database,
        Err(error) => {
            let text = format!("{name}: {}", chain(&error));
            let address = service::settings::without_password(&shared.database.url);
            let way_out = format!("see that {address} is up and lets this user in");
            return Line::bad("database", &text, &way_out);
        }
    };
    let pending = service::pending(service, &database).await;
    database.close().await;
    match pending {
        Ok(0) => Line::good("database", &format!("{name}: reached, up to date")),
        Ok(pending) => Line::bad(
            "database",
            &format!("{name}: {pending} migrations pending"),
            &migrate,
        ),
        Err(error) => {
            let way_out = "see that the schema belongs to this program and that nobody changed \
                           an applied migration";
            Line::bad("database", &format!("{name}: {}", chain(&error)), way_out)
        }
    }
}

async fn broker(services: &[Definition], shared: &Shared) -> Vec<Line> {
    let Some(url) = &shared.nats else {
        return shared
            .bus_file()
            .map(|file| embedded(&file))
            .into_iter()
            .collect();
    };
    let address = service::settings::without_password(url);
    let way_out = format!("see that nats-server at {address} is up, 2.11 or later, with JetStream");
    let failed = |text: String| vec![Line::bad("broker", &text, &way_out)];
    let transport = match service::connect_bus(shared, &Clock::system()).await {
        Ok(transport) => transport,
        Err(error) => return failed(chain(&error)),
    };
    if let Err(error) = transport.ping().await {
        return failed(chain(&error));
    }
    let mut lines = vec![Line::good(
        "broker",
        &format!("{address} answers, version accepted"),
    )];
    for service in services {
        lines.push(stream(service, &transport, &way_out).await);
    }
    lines
}

fn embedded(file: &Path) -> Line {
    let text = format!("embedded bus in {}", file.display());
    match file.parent() {
        Some(folder) if folder.is_dir() => Line::good("broker", &text),
        _ => Line::bad("broker", &format!("{text}: no such folder"), "make it"),
    }
}

async fn stream(service: &Definition, transport: &SharedTransport, way_out: &str) -> Line {
    let name = format!("tributary-{}", service.name);
    match transport.stream_state(&name).await {
        Ok(Some(state)) => Line::good("stream", &format!("{name}: {} events kept", kept(state))),
        Ok(None) => Line::good(
            "stream",
            &format!("{name}: will be made by the first start"),
        ),
        Err(error) => Line::bad("stream", &format!("{name}: {}", chain(&error)), way_out),
    }
}

fn kept(stream: StreamState) -> u64 {
    match stream.last_sequence {
        // An empty stream has a last one of 0 whatever its first one is.
        0 => 0,
        last => (last + 1).saturating_sub(stream.first_sequence),
    }
}

async fn upstream(name: &str, url: &str) -> Line {
    let line = |text: &str| {
        let way_out =
            format!("see that {name} serves listen.internal there, or set upstream.{name}");
        Line::bad("upstream", &format!("{name} at {url}: {text}"), &way_out)
    };
    let channel = match rpc::Channel::connect_lazy(url) {
        Ok(channel) => channel,
        Err(error) => return line(&chain(&error)),
    };
    match HealthClient::new(channel)
        .check(HealthCheckRequest::default())
        .await
    {
        Ok(answer) if answer.get_ref().status() == ServingStatus::Serving => {
            Line::good("upstream", &format!("{name} at {url}: serving"))
        }
        Ok(_) => line("not serving yet, or stopping"),
        Err(status) => line(status.message()),
    }
}
