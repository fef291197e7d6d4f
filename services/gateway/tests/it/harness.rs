//! A gateway with echoing services behind it, and callers of every sort.

use std::collections::BTreeMap;

use clock::Clock;
use jsonwebtoken::{EncodingKey, Header};
use proto::gateway::v1::{
    CreateApiKeyRequest, CreatePartnerRequest, CreateStaffRequest,
    gateway_service_client::GatewayServiceClient,
};
use rpc::{Identity, Role};
use serde_json::json;
use service::{
    Definition, Plan, Running,
    settings::{Environment, Loader},
};
use tempfile::TempDir;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

use crate::echo;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const PASSWORD: &str = "correct horse";

/// A started gateway.
pub(crate) struct Gateway {
    pub(crate) running: Running,
    pub(crate) http: reqwest::Client,
    _data: TempDir,
}

/// How to start one.
pub(crate) struct How<'a> {
    pub(crate) behind: Vec<Definition>,
    pub(crate) settings: &'a [(&'a str, &'a str)],
    pub(crate) dev: bool,
    /// Database other than SQLite files of its own.
    pub(crate) url: Option<String>,
}

impl Default for How<'_> {
    fn default() -> Self {
        let behind = vec![
            echo::definition("campaigns"),
            echo::definition("intake"),
            echo::definition("notifications"),
        ];
        Self {
            behind,
            settings: &[],
            dev: false,
            url: None,
        }
    }
}

/// Puts a credential on each call.
#[derive(Clone)]
pub(crate) struct Bearer(Option<MetadataValue<Ascii>>);

impl tonic::service::Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request
                .metadata_mut()
                .insert("authorization", value.clone());
        }
        Ok(request)
    }
}

pub(crate) type Client = InterceptedService<Channel, Bearer>;

impl Gateway {
    /// A gateway as in production, with the services behind it that doors and pages ask.
    pub(crate) async fn start() -> Self {
        Self::started(How::default()).await
    }

    pub(crate) async fn started(how: How<'_>) -> Self {
        Self::started_knowing(how, Vec::new()).await
    }

    /// The same, with services that the settings know and that run elsewhere.
    pub(crate) async fn started_knowing(how: How<'_>, elsewhere: Vec<Definition>) -> Self {
        let quiet = telemetry::Settings {
            filter: "off".to_owned(),
            ..Default::default()
        };
        // Nothing is exported, so nothing is lost when the guard goes at once.
        drop(telemetry::init(&quiet).unwrap());
        // The embedded bus has a file here, whatever the database is.
        let data = TempDir::new().unwrap();
        let bus = data.path().join("bus.db").display().to_string();
        let url = how
            .url
            .unwrap_or_else(|| format!("sqlite:{}", data.path().display()));
        let mut services = how.behind;
        services.push(gateway::definition());
        let preset = [
            ("database.url", url.as_str()),
            ("access.signing_key", SECRET),
            ("bus.path", bus.as_str()),
            ("listen.public", "127.0.0.1:0"),
            ("listen.internal", ""),
            ("listen.ops", "127.0.0.1:0"),
            ("listen.linger", "0s"),
            ("gateway.password_memory_kib", "64"),
            ("gateway.password_passes", "1"),
        ];
        let settings = Loader::new(
            services
                .iter()
                .chain(&elsewhere)
                .map(|it| (it.name, it.settings)),
        )
        .preset("test", &preset)
        .preset("this test", how.settings)
        .environment(&Environment::of([]))
        .load()
        .unwrap();
        migrate(&services, &settings).await;
        let running = service::start(Plan {
            services,
            public: Some("gateway"),
            settings,
            policy: rpc::access::Policy::new(proto::POLICY).unwrap(),
            clock: Clock::system(),
            delivery: Clock::system(),
            dev: how.dev,
        })
        .await
        .unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            running,
            http: http.build().unwrap(),
            _data: data,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addresses().public.unwrap())
    }

    /// A channel for gRPC with this credential.
    pub(crate) async fn channel(&self, credential: Option<&str>) -> Client {
        let channel = Endpoint::from_shared(self.url(""))
            .unwrap()
            .connect()
            .await
            .unwrap();
        let bearer = credential.map(|text| format!("Bearer {text}").parse().unwrap());
        InterceptedService::new(channel, Bearer(bearer))
    }

    pub(crate) async fn client(&self, credential: Option<&str>) -> GatewayServiceClient<Client> {
        GatewayServiceClient::new(self.channel(credential).await)
    }

    /// A token of one of our own services.
    pub(crate) fn service_token(&self) -> String {
        let identity = Identity::Service {
            name: "cli".to_owned(),
        };
        self.running
            .keys()
            .mint(&identity, std::time::Duration::from_mins(10))
    }

    /// A client that may set things up.
    pub(crate) async fn setup(&self) -> GatewayServiceClient<Client> {
        self.client(Some(&self.service_token())).await
    }

    /// Opens an account and signs in to it.
    pub(crate) async fn staff(&self, email: &str, roles: &[&str]) -> String {
        let request = CreateStaffRequest {
            name: "Anna".to_owned(),
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..CreateStaffRequest::default()
        };
        self.setup().await.create_staff(request).await.unwrap();
        self.sign_in(email).await
    }

    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let request = proto::gateway::v1::SignInRequest {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
        };
        self.client(None)
            .await
            .sign_in(request)
            .await
            .unwrap()
            .into_inner()
            .token
    }

    /// Records a partner and returns its id.
    pub(crate) async fn partner(&self, name: &str) -> String {
        let request = CreatePartnerRequest {
            name: name.to_owned(),
            ..Default::default()
        };
        let partner = self.setup().await.create_partner(request).await.unwrap();
        partner.into_inner().partner.unwrap().partner_id
    }

    /// Makes a key and returns its id and text.
    pub(crate) async fn key(&self, partner_id: &str, test: bool) -> (String, String) {
        let request = CreateApiKeyRequest {
            partner_id: partner_id.to_owned(),
            test,
            expires_at: None,
        };
        let made = self
            .setup()
            .await
            .create_api_key(request)
            .await
            .unwrap()
            .into_inner();
        (made.api_key.unwrap().api_key_id, made.secret)
    }

    /// A credential for each sort of caller that the policy knows.
    pub(crate) async fn callers(&self) -> BTreeMap<&'static str, String> {
        let mut callers = BTreeMap::new();
        for role in Role::ALL {
            let email = format!("{role}@example.org");
            callers.insert(role.as_str(), self.staff(&email, &[role.as_str()]).await);
        }
        let partner = self.partner("Partner").await;
        callers.insert("partner", self.key(&partner, false).await.1);
        callers.insert("service", self.service_token());
        callers
    }
}

/// A token that was good years ago.
pub(crate) fn expired() -> String {
    signed(
        &json!({ "kind": "service", "name": "cli" }),
        1_700_000_000,
        1_700_003_600,
    )
}

/// A session that began then and has not ended.
pub(crate) fn session(staff_id: &str, began: u64) -> String {
    let who = json!({ "kind": "staff", "id": staff_id, "roles": ["agent"] });
    signed(&who, began, 4_000_000_000)
}

fn signed(who: &serde_json::Value, iat: u64, exp: u64) -> String {
    let claims = json!({ "iss": "tributary", "iat": iat, "exp": exp, "who": who });
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
}

/// Reason of a refusal.
pub(crate) fn reason(status: &Status) -> String {
    rpc::explain(status).reason
}

async fn migrate(services: &[Definition], settings: &service::Settings) {
    let shared = settings.shared().unwrap();
    for service in services {
        let database = service::connect_database(service, &shared, shared.database_wait).await;
        let database = database.unwrap();
        service::migrate(service, &database).await.unwrap();
        database.close().await;
    }
}
