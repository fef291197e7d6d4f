//! The way to an S3-compatible store: the TLS that the rest of the program speaks.

use std::{sync::Arc, time::Duration};

use object_store::{
    ClientOptions, Error,
    client::{HttpClient, HttpConnector},
};
use object_store_http::Client;
use rustls::{ClientConfig, RootCertStore, crypto::ring};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Of one request: a part of an upload, or a read without a byte.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes clients that trust whom the machine trusts.
///
/// Not the library's own: it brings a second implementation of TLS, and with two of them neither is
/// the default of those who do not choose.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()
            .map_err(failed)?;
        Ok(HttpClient::new(client))
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Generic {
        store: "S3",
        source: Box::new(error),
    }
}
