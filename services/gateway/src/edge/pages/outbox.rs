//! `/outbox`: the messages that were sent, or caught in embedded mode.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use proto::{
    convert::to_timestamp,
    notifications::v1::{
        GetMessageRequest, ListMessagesRequest, Message,
        notifications_service_client::NotificationsServiceClient,
    },
};
use rpc::{Channel, Identity};
use serde::Serialize;

use super::problem;
use crate::edge::{Edge, refusal::Refusal, reply::Problem, rest};

const LONGEST_FILTER: usize = 200;
/// A message as it was built; attachments are not among what we send.
const LARGEST_MESSAGE: usize = 16 << 20;

/// A mail is shown as it is, but may do nothing: no script, no form, nothing loaded.
const MAIL_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; \
     frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
);

#[derive(Serialize)]
struct List {
    lang: &'static str,
    messages: Vec<Line>,
    total: i64,
    purpose: String,
    next_page_token: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    purpose: String,
    recipient: String,
    subject: String,
    state: String,
    planned_at: String,
}

#[derive(Serialize)]
struct Shown {
    lang: &'static str,
    line: Line,
    subject_id: String,
    detail: String,
    attempts: i32,
    view: &'static str,
    text: String,
    headers: String,
    has_html: bool,
}

/// Lists the messages.
pub(in crate::edge) async fn list(
    State(edge): State<Arc<Edge>>,
    Extension(identity): Extension<Identity>,
    request: Request,
) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let purpose = parameter(query, "purpose");
    let wanted = ListMessagesRequest {
        purpose: purpose.clone(),
        page_token: parameter(query, "page_token"),
        ..ListMessagesRequest::default()
    };
    match client(&edge, identity).list_messages(wanted).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            let page = List {
                lang: "en",
                messages: answer.messages.iter().map(line).collect(),
                total: answer.total,
                purpose,
                next_page_token: answer.next_page_token,
            };
            edge.templates.page("outbox.html", &page)
        }
        Err(status) => problem(&edge, &Problem::from(status)),
    }
}

/// Shows a message: its HTML, its text or its headers.
pub(in crate::edge) async fn show(
    State(edge): State<Arc<Edge>>,
    Extension(identity): Extension<Identity>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let message = match message(&edge, identity, id).await {
        Ok(message) => message,
        Err(problem) => return super::problem(&edge, &problem),
    };
    let view = match parameter(request.uri().query().unwrap_or_default(), "view").as_str() {
        "text" => "text",
        "headers" => "headers",
        _ if message.html.is_empty() => "text",
        _ => "html",
    };
    let page = Shown {
        lang: "en",
        line: line(&message),
        subject_id: message.subject_id,
        detail: message.detail,
        attempts: message.attempts,
        view,
        has_html: !message.html.is_empty(),
        text: message.text,
        headers: message.headers,
    };
    edge.templates.page("message.html", &page)
}

/// The HTML of a message, to be framed by [`show`].
pub(in crate::edge) async fn html(
    State(edge): State<Arc<Edge>>,
    Extension(identity): Extension<Identity>,
    Path(id): Path<String>,
) -> Response {
    match message(&edge, identity, id).await {
        Ok(message) => {
            let headers = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/html; charset=utf-8"),
                ),
                (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
                (
                    header::X_FRAME_OPTIONS,
                    HeaderValue::from_static("SAMEORIGIN"),
                ),
            ];
            (headers, message.html).into_response()
        }
        Err(problem) => super::problem(&edge, &problem),
    }
}

async fn message(edge: &Edge, identity: Identity, id: String) -> Result<Message, Problem> {
    let request = GetMessageRequest { message_id: id };
    let answer = client(edge, identity).get_message(request).await?;
    Ok(answer.into_inner().message.ok_or(Refusal::Broken)?)
}

fn client(edge: &Edge, identity: Identity) -> NotificationsServiceClient<Channel> {
    let channel = edge.channel("notifications", identity);
    NotificationsServiceClient::new(channel).max_decoding_message_size(LARGEST_MESSAGE)
}

fn line(message: &Message) -> Line {
    let state = message
        .state()
        .as_str_name()
        .trim_start_matches("MESSAGE_STATE_");
    let planned_at = message.planned_at.as_ref().and_then(to_timestamp);
    Line {
        id: message.message_id.clone(),
        purpose: message.purpose.clone(),
        recipient: message.recipient.clone(),
        subject: message.subject.clone(),
        state: state.to_lowercase(),
        planned_at: planned_at
            .map(|at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string())
            .unwrap_or_default(),
    }
}

fn parameter(query: &str, wanted: &str) -> String {
    let found = rest::pairs(query)
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value);
    found
        .filter(|value| value.len() <= LONGEST_FILTER)
        .unwrap_or_default()
}
