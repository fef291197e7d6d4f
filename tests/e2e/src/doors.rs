//! Submits leads through the doors of a running platform.

use anyhow::{Context as _, Result};
use hmac::{Hmac, KeyInit as _, Mac as _};
use proto::intake::v1::{
    LeadInput, Receipt, StreamLeadsRequest, StreamLeadsResponse, SubmitLeadRequest,
    SubmitLeadResponse, intake_service_client::IntakeServiceClient,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;
use tonic::{
    Request, Response, Status, Streaming,
    metadata::MetadataValue,
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

use crate::Client;

/// Adds the partner's key to each call.
#[derive(Clone)]
pub struct WithKey(MetadataValue<tonic::metadata::Ascii>);

impl Interceptor for WithKey {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request
            .metadata_mut()
            .insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// The partner's client.
pub type PartnerClient = IntakeServiceClient<InterceptedService<Channel, WithKey>>;

/// Doors set up for a test: a form, a mailbox and a line for each language, and a partner.
#[derive(Clone)]
pub struct Doors {
    http: reqwest::Client,
    base: String,
    channel: Channel,
    /// Text of the partner's live key.
    pub partner_key: String,
    /// Id of the partner.
    pub partner_id: String,
    secrets: std::collections::BTreeMap<String, String>,
}

/// Country in which national numbers of a language's channel are read.
fn country(locale: &str) -> &'static str {
    match locale {
        "ru" => "RU",
        "uk" => "UA",
        "hu" => "HU",
        "lv" => "LV",
        _ => "GB",
    }
}

impl Doors {
    /// Opens the doors as an administrator; keys are `form-ru`, `box-hu`, `line-lv` …
    pub async fn open(admin: &Client) -> Result<Self> {
        let mut secrets = std::collections::BTreeMap::new();
        for locale in ["en", "ru", "uk", "hu", "lv"] {
            for (kind, name) in [
                ("DOOR_KIND_FORM", "form"),
                ("DOOR_KIND_MAILBOX", "box"),
                ("DOOR_KIND_LINE", "line"),
            ] {
                let key = format!("{name}-{locale}");
                let door = json!({"door": {
                    "kind": kind, "key": key, "name": key, "locale": locale,
                    "country": country(locale), "active": true,
                }});
                let made = admin.post("/v1/doors", &door).await?;
                let secret = made["secret"].as_str().unwrap_or_default();
                secrets.insert(key, secret.to_owned());
            }
        }
        let (partner_id, partner_key) = partner(admin, "Replay", false).await?;
        let channel = Channel::from_shared(admin.base.clone())?.connect_lazy();
        Ok(Self {
            http: admin.http.clone(),
            base: admin.base.clone(),
            channel,
            partner_key,
            partner_id,
            secrets,
        })
    }

    /// Posts a form; `key` is its `Idempotency-Key`.
    pub async fn form(&self, door: &str, key: &str, body: &Value) -> Result<(StatusCode, Value)> {
        self.send(self.form_request(door, key, body)?).await
    }

    /// The post of a form, to be sent later.
    pub fn form_request(&self, door: &str, key: &str, body: &Value) -> Result<reqwest::Request> {
        let mut request = self
            .http
            .post(format!("{}/doors/form/{door}", self.base))
            .json(body);
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        Ok(request.build()?)
    }

    /// Posts a raw e-mail.
    pub async fn email(&self, door: &str, message: Vec<u8>) -> Result<(StatusCode, Value)> {
        self.send(self.email_request(door, message)?).await
    }

    /// The post of a raw e-mail, to be sent later.
    pub fn email_request(&self, door: &str, message: Vec<u8>) -> Result<reqwest::Request> {
        let url = format!("{}/doors/email/{door}", self.base);
        let request = self
            .http
            .post(url)
            .header("content-type", "message/rfc822")
            .body(message);
        Ok(request.build()?)
    }

    /// Announces a call, signed with the secret of the line.
    pub async fn call(&self, door: &str, body: &Value) -> Result<(StatusCode, Value)> {
        self.send(self.call_request(door, body)?).await
    }

    /// The announcement of a call, to be sent within minutes: its signature is of now.
    pub fn call_request(&self, door: &str, body: &Value) -> Result<reqwest::Request> {
        let secret = self.secrets.get(door).context("no such line")?;
        let timestamp = clock::Clock::system().now().timestamp().to_string();
        let body = serde_json::to_vec(body)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(&body);
        let signature = format!("v1={}", hex::encode(mac.finalize().into_bytes()));
        let request = self
            .http
            .post(format!("{}/doors/call/{door}", self.base))
            .header("content-type", "application/json")
            .header("x-tributary-timestamp", timestamp)
            .header("x-tributary-signature", signature)
            .body(body);
        Ok(request.build()?)
    }

    /// Sends a request; the answer is read as JSON where it is some.
    pub async fn send(&self, request: reqwest::Request) -> Result<(StatusCode, Value)> {
        let response = self.http.execute(request).await?;
        let status = response.status();
        let text = response.text().await?;
        Ok((
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        ))
    }

    /// The partner's client over gRPC.
    pub fn partner(&self) -> Result<PartnerClient> {
        self.partner_with(&self.partner_key)
    }

    /// A client with any key.
    pub fn partner_with(&self, key: &str) -> Result<PartnerClient> {
        let key = MetadataValue::try_from(format!("Bearer {key}"))?;
        Ok(IntakeServiceClient::with_interceptor(
            self.channel.clone(),
            WithKey(key),
        ))
    }

    /// One record over the unary call.
    pub async fn submit(&self, lead: LeadInput) -> Result<Receipt, Status> {
        let mut client = self
            .partner()
            .map_err(|error| Status::internal(error.to_string()))?;
        let request = SubmitLeadRequest {
            lead: Some(lead),
            validate_only: false,
        };
        let response: Response<SubmitLeadResponse> = client.submit_lead(request).await?;
        response
            .into_inner()
            .receipt
            .ok_or_else(|| Status::internal("no receipt"))
    }

    /// A stream of records.
    pub async fn stream(
        &self,
        records: impl futures::Stream<Item = StreamLeadsRequest> + Send + 'static,
    ) -> Result<Streaming<StreamLeadsResponse>, Status> {
        let mut client = self
            .partner()
            .map_err(|error| Status::internal(error.to_string()))?;
        Ok(client.stream_leads(records).await?.into_inner())
    }
}

/// Records a partner and makes it a key: its id and the text of the key.
pub async fn partner(admin: &Client, name: &str, test: bool) -> Result<(String, String)> {
    let made = admin.post("/v1/partners", &json!({"name": name})).await?;
    let id = made["partner"]["partnerId"]
        .as_str()
        .context("no partner")?
        .to_owned();
    let key = admin
        .post(&format!("/v1/partners/{id}/keys"), &json!({"test": test}))
        .await?;
    Ok((id, key["secret"].as_str().context("no key")?.to_owned()))
}
