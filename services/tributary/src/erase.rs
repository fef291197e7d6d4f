//! `tributary erase`: takes a person out for ever.

use anyhow::{Context, anyhow};
use ids::PersonId;
use proto::customers::v1::ErasePersonRequest;

use crate::{
    Failure, cli,
    output::Output,
    print::{json, time},
    remote::Remote,
};

pub(crate) async fn run(command: &cli::Erase, output: &mut Output) -> Result<(), Failure> {
    let id: PersonId = command
        .id
        .parse()
        .map_err(|error| Failure::WrongUse(anyhow!("{}: {error}", command.id)))?;
    let remote = Remote::connect(&command.server).await?;
    let request = ErasePersonRequest {
        person_id: id.to_string(),
        reason: command.reason.clone(),
        ..ErasePersonRequest::default()
    };
    let answer = remote.erasures().erase_person(request).await;
    let answer = answer.map_err(|status| remote.said(&status))?.into_inner();
    if command.json {
        output.line(&serde_json::to_string_pretty(&json(&answer)?)?);
        return Ok(());
    }
    let erasure = answer.erasure.context("the server names no erasure")?;
    output.line(&format!(
        "Erased as {} at {}: {} records of the person, {} leads.",
        erasure.erasure_id,
        time(erasure.erased_at.as_ref()),
        erasure.person_ids.len(),
        erasure.lead_ids.len()
    ));
    output.note("The other services follow within moments; what was published is forgotten after the horizons of the bus.");
    Ok(())
}
