//! `/q/{token}`: the questions of a farewell letter. Looking changes nothing: mail scanners look
//! at every link.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::request::Parts,
    response::Response,
};
use proto::notifications::v1::{
    AnswerQuestionnaireRequest, GetQuestionnaireRequest, GetQuestionnaireResponse,
    notifications_service_client::NotificationsServiceClient,
};
use rpc::{Channel, Identity};
use serde::Serialize;

use super::{problem, unlisted};
use crate::edge::{Edge, body, refusal::Refusal, reply::Problem, rest};

/// 5,000 characters of the longest kind, percent-encoded, and the rest of the form.
const LARGEST_FORM: usize = 128 << 10;
const LONGEST_TOKEN: usize = 500;

#[derive(Serialize)]
struct Page<'a> {
    lang: &'a str,
    title: &'a str,
    question: &'a str,
    options: Vec<Choice<'a>>,
    comment_label: &'a str,
    contact_label: &'a str,
    submit_label: &'a str,
}

#[derive(Serialize)]
struct Choice<'a> {
    code: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Thanks<'a> {
    lang: &'a str,
    title: &'a str,
    text: &'a str,
}

/// Shows the questions.
pub(in crate::edge) async fn show(
    State(edge): State<Arc<Edge>>,
    Path(token): Path<String>,
) -> Response {
    let response = match questions(&edge, token).await {
        Ok(it) if it.answered => thanks(&edge, &it, &it.thanks),
        Ok(it) => {
            let options = it.options.iter();
            let options = options.map(|it| Choice {
                code: &it.code,
                text: &it.text,
            });
            let page = Page {
                lang: &it.locale,
                title: &it.title,
                question: &it.question,
                options: options.collect(),
                comment_label: &it.comment_label,
                contact_label: &it.contact_label,
                submit_label: &it.submit_label,
            };
            edge.templates.page("questionnaire.html", &page)
        }
        Err(failed) => problem(&edge, &failed),
    };
    unlisted(response)
}

/// Takes the answer.
pub(in crate::edge) async fn answer(
    State(edge): State<Arc<Edge>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let response = match take(&edge, token, &parts, body).await {
        Ok((questions, text)) => thanks(&edge, &questions, &text),
        Err(failed) => problem(&edge, &failed),
    };
    unlisted(response)
}

async fn take(
    edge: &Edge,
    token: String,
    parts: &Parts,
    body: Body,
) -> Result<(GetQuestionnaireResponse, String), Problem> {
    let patience = edge.settings.body_timeout;
    let form = body::read(&parts.headers, body, LARGEST_FORM, patience).await?;
    let form = String::from_utf8(form.to_vec()).map_err(|_| Refusal::BodyBroken)?;
    let value = |wanted: &str| {
        rest::pairs(&form)
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    // Asked first for the language: what to say afterwards is told by the answer.
    let questions = questions(edge, token.clone()).await?;
    let request = AnswerQuestionnaireRequest {
        token,
        reason: value("reason").unwrap_or_default(),
        comment: value("comment").unwrap_or_default(),
        contact_wanted: value("contact_wanted").is_some(),
    };
    let answer = client(edge).answer_questionnaire(request).await?;
    Ok((questions, answer.into_inner().thanks))
}

async fn questions(edge: &Edge, token: String) -> Result<GetQuestionnaireResponse, Problem> {
    if token.len() > LONGEST_TOKEN {
        return Err(Refusal::RouteUnknown.into());
    }
    let request = GetQuestionnaireRequest { token };
    Ok(client(edge).get_questionnaire(request).await?.into_inner())
}

fn client(edge: &Edge) -> NotificationsServiceClient<Channel> {
    NotificationsServiceClient::new(edge.channel("notifications", Identity::Anyone))
}

fn thanks(edge: &Edge, questions: &GetQuestionnaireResponse, text: &str) -> Response {
    let page = Thanks {
        lang: &questions.locale,
        title: &questions.title,
        text,
    };
    edge.templates.page("notice.html", &page)
}
