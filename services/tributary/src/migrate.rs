//! `tributary migrate`: creates the schemas or brings them up to date.

use std::time::Instant;

use crate::{Failure, cli::Sources, output::Output, services, setup};

pub(crate) async fn run(
    sources: &Sources,
    names: &[String],
    output: &mut Output,
) -> Result<(), Failure> {
    let services = services::named(names).map_err(Failure::WrongUse)?;
    let shared = setup::settings_or_dev(sources, output)?.shared()?;
    shared.names_database()?;
    let began = Instant::now();
    let mut total = 0;
    for service in &services {
        let database = service::connect_database(service, &shared, shared.database_wait).await?;
        let applied = service::migrate(service, &database).await?;
        database.close().await;
        total += applied;
        let text = match applied {
            0 => "up to date".to_owned(),
            1 => "1 migration applied".to_owned(),
            more => format!("{more} migrations applied"),
        };
        output.line(&format!("{:<14} {text}", service.name));
    }
    let seconds = began.elapsed().as_secs_f64();
    output.line(&format!(
        "{total} migrations applied to {} services in {seconds:.1} s.",
        services.len()
    ));
    Ok(())
}
