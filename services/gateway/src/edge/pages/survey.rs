//! `/s/{token}`: a survey for the participant who has the link. Looking changes nothing: mail scanners
//! look at every link.

mod form;
mod texts;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use proto::campaigns::v1::{
    AnswerByTokenRequest, GetSurveyByTokenRequest, Survey,
    surveys_service_client::SurveysServiceClient,
};
use rpc::{Channel, Identity};
use serde::Serialize;

use self::{
    form::{Field, Typed},
    texts::Texts,
};
use super::{language, problem, unlisted};
use crate::{
    domain::locale::Locale,
    edge::{Edge, body, refusal::Refusal, reply::Problem},
};

const LONGEST_TOKEN: usize = 200;

#[derive(Serialize)]
struct Page<'a> {
    lang: &'a str,
    languages: Vec<Language>,
    texts: &'a Texts,
    title: &'a str,
    introduction: &'a str,
    /// Whether there is an answer already.
    answered: bool,
    /// Whether some question needs an answer.
    required: bool,
    /// Whether the answers were not taken.
    wrong: bool,
    questions: Vec<Field>,
}

#[derive(Serialize)]
struct Language {
    code: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Notice<'a> {
    lang: &'a str,
    title: &'a str,
    text: &'a str,
}

/// A survey that its reader may answer.
struct Opened {
    survey: Survey,
    /// What was answered before.
    kept: Typed,
}

/// Why there is no survey to answer.
enum Refused {
    Closed,
    Unknown,
    Failed(Problem),
}

impl<E: Into<Problem>> From<E> for Refused {
    fn from(failed: E) -> Self {
        let failed: Problem = failed.into();
        match failed.reason().as_str() {
            "SURVEY_NOT_FOUND" => Self::Unknown,
            "SURVEY_CLOSED" | "SURVEY_IS_INTERVIEW" => Self::Closed,
            _ => Self::Failed(failed),
        }
    }
}

/// Shows the questions, with what was answered before.
pub(in crate::edge) async fn show(
    State(edge): State<Arc<Edge>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let locale = language(request.uri(), "", request.headers());
    let response = match open(&edge, token).await {
        Ok(opened) => {
            let answered = !opened.kept.is_empty();
            let nothing = BTreeMap::new();
            page(
                &edge,
                locale,
                &opened.survey,
                &opened.kept,
                &nothing,
                answered,
            )
        }
        Err(refused) => refusal(&edge, locale, &refused),
    };
    unlisted(response)
}

/// Takes the answers; what is wrong with them is shown next to what was typed.
pub(in crate::edge) async fn answer(
    State(edge): State<Arc<Edge>>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let locale = language(&parts.uri, "", &parts.headers);
    let response = match take(&edge, locale, token, &parts, body).await {
        Ok(response) => response,
        Err(refused) => refusal(&edge, locale, &refused),
    };
    unlisted(response)
}

async fn take(
    edge: &Edge,
    locale: Locale,
    token: String,
    parts: &Parts,
    body: Body,
) -> Result<Response, Refused> {
    let patience = edge.settings.body_timeout;
    let form = body::read(&parts.headers, body, edge.settings.json_max, patience).await?;
    let form = String::from_utf8(form.to_vec()).map_err(|_| Refusal::BodyBroken)?;
    let Opened { survey, kept } = open(edge, token.clone()).await?;
    let typed = form::typed(&survey, &form);
    let answers = form::answers(&survey, &typed);
    let request = AnswerByTokenRequest {
        token,
        answers: answers.clone(),
    };
    let texts = texts::of(locale);
    let Err(status) = client(edge).answer_by_token(request).await else {
        let (title, text) = (texts.thanks, texts.thanks_text);
        return Ok(notice(edge, locale, title, text));
    };
    let violations = rpc::explain(&status).violations;
    let wrong = form::wrong(&violations, &answers, texts);
    if wrong.is_empty() {
        return Err(status.into());
    }
    let mut response = page(edge, locale, &survey, &typed, &wrong, !kept.is_empty());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    Ok(response)
}

async fn open(edge: &Edge, token: String) -> Result<Opened, Refused> {
    if token.len() > LONGEST_TOKEN {
        return Err(Refused::Unknown);
    }
    let request = GetSurveyByTokenRequest { token };
    let opened = client(edge).get_survey_by_token(request).await?;
    let opened = opened.into_inner();
    let survey = opened.survey.ok_or(Refusal::Broken)?;
    // One that was made an interview later is answered to staff.
    if survey.closed || survey.interview {
        return Err(Refused::Closed);
    }
    Ok(Opened {
        survey,
        kept: form::kept(&opened.answers),
    })
}

fn page(
    edge: &Edge,
    locale: Locale,
    survey: &Survey,
    typed: &Typed,
    wrong: &BTreeMap<String, &'static str>,
    answered: bool,
) -> Response {
    let texts = texts::of(locale);
    let page = Page {
        lang: locale.as_str(),
        languages: Locale::ALL
            .map(|it| Language {
                code: it.as_str(),
                name: texts::name(it),
            })
            .into(),
        texts,
        title: &survey.title,
        introduction: &survey.introduction,
        answered,
        required: survey.questions.iter().any(|it| it.required),
        wrong: !wrong.is_empty(),
        questions: form::fields(survey, typed, wrong, texts),
    };
    edge.templates.page("survey.html", &page)
}

fn refusal(edge: &Edge, locale: Locale, refused: &Refused) -> Response {
    let texts = texts::of(locale);
    let (status, title, text) = match refused {
        Refused::Closed => (StatusCode::GONE, texts.closed, texts.closed_text),
        Refused::Unknown => (StatusCode::NOT_FOUND, texts.unknown, texts.unknown_text),
        Refused::Failed(failed) => return problem(edge, failed),
    };
    let mut response = notice(edge, locale, title, text);
    *response.status_mut() = status;
    response
}

fn notice(edge: &Edge, locale: Locale, title: &str, text: &str) -> Response {
    let lang = locale.as_str();
    let notice = Notice { lang, title, text };
    edge.templates.page("notice.html", &notice)
}

fn client(edge: &Edge) -> SurveysServiceClient<Channel> {
    SurveysServiceClient::new(edge.channel("campaigns", Identity::Anyone))
}
