//! REST calls as a member of staff makes them.

use anyhow::{Context as _, Result, bail};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A signed-in member of staff.
#[derive(Clone)]
pub struct Client {
    /// For calls of other kinds.
    pub http: reqwest::Client,
    /// `http://127.0.0.1:7400`.
    pub base: String,
    /// Session token, empty for nobody.
    pub token: String,
}

impl Client {
    /// Nobody in particular.
    pub fn anonymous(base: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .pool_max_idle_per_host(256)
            .build()?;
        Ok(Self {
            http,
            base: base.to_owned(),
            token: String::new(),
        })
    }

    /// Signs in.
    pub async fn sign_in(base: &str, email: &str, password: &str) -> Result<Self> {
        let mut client = Self::anonymous(base)?;
        let answer = client
            .post(
                "/v1/sign-in",
                &json!({"email": email, "password": password}),
            )
            .await?;
        answer["token"]
            .as_str()
            .context("no token")?
            .clone_into(&mut client.token);
        Ok(client)
    }

    /// Any call; the status and the JSON of the answer (null when it has none).
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value)> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// A GET that must succeed.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.expect(Method::GET, path, None).await
    }

    /// A POST that must succeed.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.expect(Method::POST, path, Some(body)).await
    }

    /// A PATCH that must succeed.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Value> {
        self.expect(Method::PATCH, path, Some(body)).await
    }

    async fn expect(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let (status, answer) = self.call(method.clone(), path, body).await?;
        if !status.is_success() {
            bail!("{method} {path}: {status} {answer}");
        }
        Ok(answer)
    }

    /// Every item of a paged list.
    pub async fn list(&self, path: &str, items: &str) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut token = String::new();
        loop {
            let join = if path.contains('?') { '&' } else { '?' };
            let page = self
                .get(&format!("{path}{join}pageSize=500&pageToken={token}"))
                .await?;
            all.extend(page[items].as_array().cloned().unwrap_or_default());
            match page["nextPageToken"].as_str() {
                Some(next) if !next.is_empty() => next.clone_into(&mut token),
                _ => return Ok(all),
            }
        }
    }
}
