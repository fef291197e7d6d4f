//! The templates of pages. All are named `*.html`, so that what they are given is escaped.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use minijinja::{Environment, UndefinedBehavior, value::Serde};
use serde::Serialize;

use crate::edge::{pages, refusal::Refusal};

const SOURCES: [(&str, &str); 10] = [
    ("base.html", include_str!("../../../templates/base.html")),
    ("form.html", include_str!("../../../templates/form.html")),
    (
        "message.html",
        include_str!("../../../templates/message.html"),
    ),
    (
        "notice.html",
        include_str!("../../../templates/notice.html"),
    ),
    (
        "outbox.html",
        include_str!("../../../templates/outbox.html"),
    ),
    (
        "problem.html",
        include_str!("../../../templates/problem.html"),
    ),
    (
        "questionnaire.html",
        include_str!("../../../templates/questionnaire.html"),
    ),
    (
        "sign_in.html",
        include_str!("../../../templates/sign_in.html"),
    ),
    ("start.html", include_str!("../../../templates/start.html")),
    (
        "survey.html",
        include_str!("../../../templates/survey.html"),
    ),
];

/// All templates, read once.
pub(in crate::edge) struct Templates(Environment<'static>);

impl Templates {
    pub(in crate::edge) fn try_new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, source) in SOURCES {
            environment.add_template(name, source)?;
        }
        Ok(Self(environment))
    }

    /// A page with the policy that fits all pages.
    pub(in crate::edge) fn page(&self, name: &str, values: &impl Serialize) -> Response {
        let rendered = self
            .0
            .get_template(name)
            .and_then(|it| it.render(Serde(values)));
        match rendered {
            Ok(html) => {
                let mut response =
                    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
                if let Some(policy) = pages::csp(&[], &[]) {
                    response
                        .headers_mut()
                        .insert(header::CONTENT_SECURITY_POLICY, policy);
                }
                response
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, template = name, "page cannot be rendered");
                Refusal::Broken.into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Notice {
        lang: &'static str,
        title: &'static str,
        text: &'static str,
    }

    #[test]
    fn what_a_template_is_given_is_escaped() {
        let templates = Templates::try_new().unwrap();
        let notice = Notice {
            lang: "\"><b>",
            title: "<i>",
            text: "<script>alert('x')</script>",
        };
        let html = templates
            .0
            .get_template("notice.html")
            .unwrap()
            .render(Serde(&notice))
            .unwrap();
        for raw in ["<script", "<b>", "<i>"] {
            assert!(!html.contains(raw), "{html}");
        }
    }
}
