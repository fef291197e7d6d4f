//! `GET /`: what is served here.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use serde::Serialize;

use crate::edge::Edge;

#[derive(Serialize)]
struct Page<'a> {
    lang: &'static str,
    dev: bool,
    address: &'a str,
    /// Address for gRPC clients, without the scheme.
    grpc: &'a str,
}

/// Shows the addresses.
pub(in crate::edge) async fn show(State(edge): State<Arc<Edge>>) -> Response {
    let address = edge.settings.public_url.trim_end_matches('/');
    let grpc = address.split_once("://").map_or(address, |(_, rest)| rest);
    edge.templates.page(
        "start.html",
        &Page {
            lang: "en",
            dev: edge.dev,
            address,
            grpc,
        },
    )
}
