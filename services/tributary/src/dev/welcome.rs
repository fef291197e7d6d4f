//! What `tributary dev` prints when it is ready.

use std::net::SocketAddr;

use service::{Addresses, Settings};

use crate::{dev::folder::Folder, first_run::Credentials};

pub(crate) struct Welcome<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) addresses: Addresses,
    pub(crate) credentials: Option<&'a Credentials>,
    pub(crate) folder: &'a Folder,
}

impl Welcome<'_> {
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "tributary {}  dev mode: one process, {}, {}.",
            env!("CARGO_PKG_VERSION"),
            self.database(),
            self.broker(),
        )];
        let mut row = |name: &str, what: &str, remark: &str| {
            lines.push(
                format!("  {name:<9} {what:<34} {remark}")
                    .trim_end()
                    .to_owned(),
            );
        };
        if let Some(public) = self.addresses.public.map(host) {
            row("Home", &format!("http://{public}"), &self.sign_in());
            row("API", &public, &self.test_key());
            let outbox = format!("http://{public}/outbox");
            row(
                "Outbox",
                &outbox,
                "all mail stops here; nothing leaves this machine",
            );
        }
        if let Some(ops) = self.addresses.ops.map(host) {
            row(
                "Health",
                &format!("http://{ops}/readyz"),
                "metrics at /metrics",
            );
        }
        let data = self.folder.path().display().to_string();
        let remark = if self.folder.is_ephemeral() {
            "forgotten at the end (--ephemeral)"
        } else {
            "kept between runs; use --ephemeral to forget"
        };
        row("Data", &data, remark);
        lines
    }

    fn database(&self) -> &'static str {
        let url = self.settings.text("database.url").unwrap_or_default();
        if url.starts_with("sqlite:") {
            "SQLite"
        } else {
            "PostgreSQL"
        }
    }

    fn broker(&self) -> &'static str {
        match self.settings.text("nats.url") {
            Some(_) => "NATS",
            None => "embedded event log",
        }
    }

    fn sign_in(&self) -> String {
        match self.credentials {
            Some(Credentials {
                email, password, ..
            }) => {
                format!("sign in  {email} / {password}   (made now, shown once)")
            }
            None => "sign in as before".to_owned(),
        }
    }

    fn test_key(&self) -> String {
        let kinds = "gRPC, gRPC-Web, REST; reflection on";
        match self.credentials {
            Some(credentials) => {
                format!("{kinds}; test key  {}   (shown once)", credentials.test_key)
            }
            None => kinds.to_owned(),
        }
    }
}

/// An address to click on.
fn host(address: SocketAddr) -> String {
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}
