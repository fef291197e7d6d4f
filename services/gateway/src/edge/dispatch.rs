//! Sends each request to the part of the edge that answers it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{Edge, access, console, doors, grpc, observe, pages, refusal::Refusal, rest};

/// The router of the public port.
pub(super) fn router(edge: Arc<Edge>) -> Router {
    let own = Router::new()
        .route("/", get(pages::start::show))
        .route("/pages.css", get(pages::style))
        .route("/openapi.json", get(openapi))
        .route("/console", get(console::enter))
        .route("/console/", get(console::index))
        .route("/console/{*path}", get(console::show))
        .route(
            "/sign-in",
            get(pages::session::show).post(pages::session::sign_in),
        )
        .route("/sign-out", post(pages::session::sign_out))
        .route("/outbox", get(pages::outbox::list))
        .route("/outbox/{message_id}", get(pages::outbox::show))
        .route("/outbox/{message_id}/html", get(pages::outbox::html))
        .route(
            "/q/{token}",
            get(pages::questionnaire::show).post(pages::questionnaire::answer),
        )
        .route(
            "/s/{token}",
            get(pages::survey::show).post(pages::survey::answer),
        )
        .route(
            "/doors/form/{key}",
            get(doors::form_page::show)
                .post(doors::form::submit)
                .options(doors::cors::preflight),
        )
        .route("/doors/email/{key}", post(doors::email::submit))
        .route("/doors/call/{key}", post(doors::call::announce))
        .route_layer(from_fn_with_state(edge.clone(), access::guard));
    own.fallback(dispatch)
        .layer(from_fn_with_state(edge.clone(), observe::observe))
        .with_state(edge)
}

/// What is not one of our own routes: methods of services, over gRPC or REST.
async fn dispatch(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    if grpc::is_grpc(request.headers()) {
        return grpc::serve(edge, request).await;
    }
    let path = request.uri().path();
    if path.starts_with("/v1/") {
        return rest::serve(&edge, request).await;
    }
    if edge.contracts.method(path).is_some() {
        return Refusal::MediaType("application/grpc or application/grpc-web").into_response();
    }
    Refusal::RouteUnknown.into_response()
}

async fn openapi(State(edge): State<Arc<Edge>>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        edge.openapi.clone(),
    )
        .into_response()
}
