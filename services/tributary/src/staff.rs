//! `tributary staff`: opens accounts, also while the platform runs.

use std::{fs, io, path::Path};

use anyhow::{Context, ensure};
use proto::gateway::v1::{CreateStaffRequest, gateway_service_client::GatewayServiceClient};

use crate::{
    Failure,
    cli::{self, Sources},
    first_run,
    output::Output,
    partner::said,
    services::{self, PUBLIC},
    setup,
};

pub(crate) async fn run(
    sources: &Sources,
    command: cli::Staff,
    output: &mut Output,
) -> Result<(), Failure> {
    let cli::Staff::Create {
        name,
        email,
        roles,
        locale,
        password_file,
    } = command;
    let (password, is_made) = match password_file {
        Some(file) => (read(&file)?, false),
        None => (first_run::password(), true),
    };
    let settings = setup::settings_or_dev(sources, output)?;
    let gateway = services::named(&[PUBLIC.to_owned()])?;
    let idle = service::start_idle(setup::plan(gateway, settings, false)?).await?;
    let channel = idle
        .channels()
        .to(PUBLIC)
        .acting_as(idle.keys(), setup::identity());
    let request = CreateStaffRequest {
        staff_id: String::new(),
        name,
        email,
        password: password.clone(),
        locale,
        roles,
    };
    let made = GatewayServiceClient::new(channel)
        .create_staff(request)
        .await
        .map_err(said);
    idle.close().await;
    let staff = made?
        .into_inner()
        .staff
        .context("the answer has no account")?;
    output.line(&format!("staff     {}", staff.staff_id));
    if is_made {
        output.line(&format!("password  {password}   (made now, shown once)"));
    }
    Ok(())
}

/// The first line of a file, or of standard input.
pub(crate) fn read(file: &Path) -> anyhow::Result<String> {
    let text = if file == Path::new("-") {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        line
    } else {
        fs::read_to_string(file).with_context(|| file.display().to_string())?
    };
    let password = text.lines().next().unwrap_or_default().to_owned();
    ensure!(!password.is_empty(), "{} holds no password", file.display());
    Ok(password)
}
