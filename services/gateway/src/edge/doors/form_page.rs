//! `GET /doors/form/{key}`: the form as a page of ours, for those who have no site of their own.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use proto::intake::v1::Door;
use rand::{Rng, distr::Alphanumeric};
use serde::Serialize;

use super::texts::{self, Texts};
use crate::{
    domain::locale::Locale,
    edge::{Edge, pages, refusal::Refusal, reply::Problem, rest},
};

/// Makes a repeat of the same rendered page known.
const TOKEN_LENGTH: usize = 32;
const MOST_UTM: usize = 10;
const LONGEST_UTM: usize = 200;

#[derive(Serialize)]
struct Page<'a> {
    lang: &'a str,
    texts: &'a Texts,
    name: &'a str,
    render_token: String,
    utm: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Thanks<'a> {
    lang: &'a str,
    title: &'a str,
    text: &'a str,
}

/// Shows the form.
pub(in crate::edge) async fn show(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    match edge.directory.form(&edge, &key).await {
        Ok(door) => page(&edge, &door, &request),
        Err(refusal) => pages::problem(&edge, &Problem::from(refusal)),
    }
}

/// What a browser sees after a plain post to a door without a page of its own.
pub(super) fn thanks(edge: &Edge, accepted: &str) -> Response {
    let locale = Locale::accepted(accepted).unwrap_or_default();
    let texts = texts::of(locale);
    let page = Thanks {
        lang: locale.as_str(),
        title: texts.thanks,
        text: texts.thanks_text,
    };
    edge.templates.page("notice.html", &page)
}

fn page(edge: &Edge, door: &Door, request: &Request) -> Response {
    let query: Vec<(String, String)> =
        rest::pairs(request.uri().query().unwrap_or_default()).collect();
    let locale = pages::language(request.uri(), &door.locale, request.headers());
    let page = Page {
        lang: locale.as_str(),
        texts: texts::of(locale),
        name: &door.name,
        render_token: token(),
        utm: utm(query),
    };
    let policy = pages::csp(&targets(door), &door.allowed_origins);
    match policy {
        Some(policy) => {
            let mut response = edge.templates.page("form.html", &page);
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        None => Refusal::Broken.into_response(),
    }
}

/// What the post keeps of the address of the page: the campaign, and the code of whoever brought the
/// person.
fn utm(query: Vec<(String, String)>) -> BTreeMap<String, String> {
    let tells = |name: &str| name.starts_with("utm_") || name == "ref";
    let fits = |text: &str| text.len() <= LONGEST_UTM;
    let of_campaigns = query
        .into_iter()
        .filter(|(name, value)| tells(name) && fits(name) && fits(value));
    of_campaigns.take(MOST_UTM).collect()
}

/// The page shown after the post: browsers hold redirects to the policy for forms as well.
fn targets(door: &Door) -> Vec<String> {
    pages::origin_of(&door.redirect_url).into_iter().collect()
}

fn token() -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(TOKEN_LENGTH)
        .map(char::from)
        .collect()
}
