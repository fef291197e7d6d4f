//! REST with JSON: the methods that have a route, by the JSON mapping of proto3.

mod download;
pub(super) mod openapi;
mod raw;
pub(super) mod routes;
mod transcode;

pub(super) use self::transcode::pairs;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use prost::Message;
use prost_reflect::DynamicMessage;

use self::routes::{Found, Route};
use super::{Edge, address::Client, body, contracts, observe, refusal::Refusal, reply::Problem};

/// Answers may hold a submission of 25 MiB; text of bytes is a third longer than they are.
const LARGEST_ANSWER: usize = 64 << 20;

/// Answers a REST call.
pub(super) async fn serve(edge: &Edge, request: Request) -> Response {
    let (route, values) = match edge.routes.find(request.method(), request.uri().path()) {
        Found::Route(route, values) => (route, values),
        Found::OtherMethods(methods) => {
            return Refusal::MethodNotAllowed(methods).into_response();
        }
        Found::Nothing => return Refusal::RouteUnknown.into_response(),
    };
    let answer = call(edge, route, values, request).await;
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    let template = observe::Route(route.template.to_owned());
    response.extensions_mut().insert(template);
    response
}

async fn call(
    edge: &Edge,
    route: &Route,
    values: Vec<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let client = parts.extensions.get::<Client>().ok_or(Refusal::Broken)?;
    let identity = edge.admit(route.rpc, &parts.headers, client).await?;
    let body = if route.has_body() {
        let limit = if route.carries_file() {
            edge.settings.json_file_max
        } else {
            edge.settings.json_max
        };
        body::read(&parts.headers, body, limit, edge.settings.body_timeout).await?
    } else {
        Bytes::new()
    };
    if !body.is_empty() && !body::is_json(&body::media_type(&parts.headers)) {
        return Err(Refusal::MediaType("application/json").into());
    }
    let query = parts.uri.query().unwrap_or_default();
    let message = transcode::request(route, &values, query, &body).map_err(Refusal::from)?;

    let channel = edge.channel(route.service, identity);
    let mut client = tonic::client::Grpc::new(channel).max_decoding_message_size(LARGEST_ANSWER);
    if let Some(field) = download::field(&route.output) {
        let message = message.encode_to_vec().into();
        let parts = raw::streaming(&mut client, route.rpc, message).await?;
        return download::serve(parts, route.output.clone(), field).await;
    }
    let answer = raw::unary(&mut client, route.rpc, message.encode_to_vec().into()).await?;
    let answer = DynamicMessage::decode(route.output.clone(), answer);
    let json = answer
        .ok()
        .as_ref()
        .and_then(contracts::json)
        .ok_or(Refusal::Broken)?;
    Ok(axum::Json(json).into_response())
}
