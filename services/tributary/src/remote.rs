//! A running server, asked through its gateway as a member of staff.

use std::time::Duration;

use anyhow::{Context, anyhow};
use proto::{
    analytics::v1::{
        log_service_client::LogServiceClient, operations_service_client::OperationsServiceClient,
        reports_service_client::ReportsServiceClient,
    },
    customers::v1::erasure_service_client::ErasureServiceClient,
    deals::v1::offers_service_client::OffersServiceClient,
    gateway::v1::{SignInRequest, gateway_service_client::GatewayServiceClient},
    intake::v1::{
        identity_service_client::IdentityServiceClient, intake_service_client::IntakeServiceClient,
    },
    notifications::v1::notifications_service_client::NotificationsServiceClient,
};
use rpc::{Channel, Code};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
};

use crate::{Failure, cli, staff};

/// A large answer is a submission as it was received, of 25 MiB at most.
const LARGEST_ANSWER: usize = 32 << 20;

pub(crate) type Way = InterceptedService<Channel, Bearer>;

/// A server where somebody is signed in.
pub(crate) struct Remote {
    url: String,
    channel: Channel,
    bearer: Bearer,
}

/// The credential, put on every call.
#[derive(Clone)]
pub(crate) struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", self.0.clone());
        Ok(request)
    }
}

impl Remote {
    /// Signs in, unless there is a token.
    pub(crate) async fn connect(server: &cli::Server) -> Result<Self, Failure> {
        let wrong = |text: String| Failure::WrongUse(anyhow!(text));
        let url = server.url.trim_end_matches('/').to_owned();
        if !url.starts_with("http://") {
            return Err(wrong(format!("--server {url}: must begin with http://")));
        }
        let channel = Channel::connect_lazy(&url)
            .map_err(|error| Failure::WrongUse(anyhow::Error::new(error)))?;
        let token = match (&server.token, &server.password, &server.password_file) {
            (Some(token), ..) => token.clone(),
            (None, Some(password), _) => sign_in(&url, &channel, server, password.clone()).await?,
            (None, None, Some(file)) => {
                let password = staff::read(file)?;
                sign_in(&url, &channel, server, password).await?
            }
            (None, None, None) => {
                let way_out = "sign in with --password-file and --email, or with --token; or set \
                               TRIBUTARY_PASSWORD and TRIBUTARY_EMAIL, or TRIBUTARY_TOKEN";
                return Err(wrong(way_out.to_owned()));
            }
        };
        let bearer = MetadataValue::try_from(format!("Bearer {token}"))
            .map_err(|_| wrong("the token has characters that no token has".to_owned()))?;
        Ok(Self {
            url,
            channel,
            bearer: Bearer(bearer),
        })
    }

    /// Calls may take this long as a whole, streams included.
    pub(crate) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.channel = self.channel.with_deadline(deadline);
        self
    }

    pub(crate) fn identities(&self) -> IdentityServiceClient<Way> {
        IdentityServiceClient::new(self.way()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn erasures(&self) -> ErasureServiceClient<Way> {
        ErasureServiceClient::new(self.way())
    }

    pub(crate) fn intake(&self) -> IntakeServiceClient<Way> {
        IntakeServiceClient::new(self.way()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn notifications(&self) -> NotificationsServiceClient<Way> {
        NotificationsServiceClient::new(self.way()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn offers(&self) -> OffersServiceClient<Way> {
        OffersServiceClient::new(self.way()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn reports(&self) -> ReportsServiceClient<Way> {
        ReportsServiceClient::new(self.way()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn operations(&self) -> OperationsServiceClient<Way> {
        OperationsServiceClient::new(self.way())
    }

    pub(crate) fn log(&self) -> LogServiceClient<Way> {
        LogServiceClient::new(self.way())
    }

    fn way(&self) -> Way {
        InterceptedService::new(self.channel.clone(), self.bearer.clone())
    }

    /// A refusal as a person wants to read it.
    pub(crate) fn said(&self, status: &Status) -> anyhow::Error {
        let told = said(&self.url, status);
        match status.code() {
            Code::Unauthenticated => anyhow!("{told}; sign in again"),
            _ => told,
        }
    }
}

async fn sign_in(
    url: &str,
    channel: &Channel,
    server: &cli::Server,
    password: String,
) -> anyhow::Result<String> {
    let request = SignInRequest {
        email: server.email.clone(),
        password,
    };
    let answer = GatewayServiceClient::new(channel.clone())
        .sign_in(request)
        .await
        .map_err(|status| said(url, &status))
        .with_context(|| format!("signing in as {}", server.email))?;
    Ok(answer.into_inner().token)
}

fn said(url: &str, status: &Status) -> anyhow::Error {
    let told = rpc::explain(status);
    if told.reason.is_empty() && matches!(status.code(), Code::Unavailable | Code::Unknown) {
        return anyhow!(
            "no server answers at {url}: start one with `tributary dev`, or name another with --server"
        );
    }
    let fields = told.violations.iter();
    let fields: Vec<String> = fields
        .map(|it| format!("{} {}", it.field, it.description))
        .collect();
    match fields.as_slice() {
        [] => anyhow!("{}", status.message()),
        fields => anyhow!("{}", fields.join("; ")),
    }
}
