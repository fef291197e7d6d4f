//! `tributary partner`: records partners, also while the platform runs.

use anyhow::Context;
use proto::gateway::v1::{
    CreateApiKeyRequest, CreatePartnerRequest, gateway_service_client::GatewayServiceClient,
};

use crate::{
    Failure,
    cli::{self, Sources},
    output::Output,
    services::{self, PUBLIC},
    setup,
};

pub(crate) async fn run(
    sources: &Sources,
    command: cli::Partner,
    output: &mut Output,
) -> Result<(), Failure> {
    let cli::Partner::Create { name, test } = command;
    let settings = setup::settings_or_dev(sources, output)?;
    let gateway = services::named(&[PUBLIC.to_owned()])?;
    let idle = service::start_idle(setup::plan(gateway, settings, false)?).await?;
    let channel = idle
        .channels()
        .to(PUBLIC)
        .acting_as(idle.keys(), setup::identity());
    let (partner_id, secret) = create(channel, name, test).await?;
    idle.close().await;
    output.line(&format!("partner  {partner_id}"));
    output.line(&format!("key      {secret}   (shown this once)"));
    Ok(())
}

/// Id of the new partner and text of its key.
pub(crate) async fn create(
    channel: rpc::Channel,
    name: String,
    test: bool,
) -> anyhow::Result<(String, String)> {
    let mut gateway = GatewayServiceClient::new(channel);
    let request = CreatePartnerRequest {
        name,
        ..CreatePartnerRequest::default()
    };
    let partner = gateway
        .create_partner(request)
        .await
        .map_err(said)?
        .into_inner()
        .partner;
    let partner_id = partner.context("the answer has no partner")?.partner_id;
    let request = CreateApiKeyRequest {
        partner_id: partner_id.clone(),
        test,
        expires_at: None,
    };
    let key = gateway
        .create_api_key(request)
        .await
        .map_err(said)?
        .into_inner();
    Ok((partner_id, key.secret))
}

/// A refusal as a person wants to read it: without the wire's words around it.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn said(status: tonic::Status) -> anyhow::Error {
    anyhow::anyhow!("gateway: {}", status.message())
}
