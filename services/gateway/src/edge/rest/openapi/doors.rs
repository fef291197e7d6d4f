//! The doors, which have no method with a route in the contracts.

use serde_json::{Map, Value, json};

/// The paths of the doors. All answer with a receipt.
pub(super) fn paths(receipt: &Value) -> Map<String, Value> {
    let form = json!({
        "application/json": { "schema": { "type": "object" } },
        "application/x-www-form-urlencoded": { "schema": { "type": "object" } },
    });
    let mail = json!({ "message/rfc822": { "schema": { "type": "string" } } });
    let call = json!({ "application/json": { "schema": { "type": "object" } } });
    let key = header(
        "Idempotency-Key",
        "Makes a repeat known: the first receipt is returned.",
    );
    let signed = [
        header("X-Tributary-Timestamp", "Unix seconds."),
        header(
            "X-Tributary-Signature",
            "`v1=` and the hex HMAC-SHA-256 over `<timestamp>.<body>` with the secret of the line.",
        ),
    ];
    let mut form = door(
        "submitForm",
        "Submits a web form, at most 64 KiB.",
        &form,
        &[key],
    );
    let mut mail = door(
        "submitEmail",
        "Submits a mail as received, at most 25 MiB.",
        &mail,
        &[],
    );
    let mut call = door(
        "announceCall",
        "Announces a call of a telephone line.",
        &call,
        &signed,
    );
    let mut paths = Map::new();
    for (path, operation) in [
        ("/doors/form/{key}", &mut form),
        ("/doors/email/{key}", &mut mail),
        ("/doors/call/{key}", &mut call),
    ] {
        if let Some(operation) = operation.as_object_mut() {
            operation.insert("responses".to_owned(), responses(receipt));
        }
        paths.insert(path.to_owned(), json!({ "post": operation }));
    }
    paths
}

fn door(id: &str, summary: &str, content: &Value, headers: &[Value]) -> Value {
    let key = json!({
        "name": "key",
        "in": "path",
        "required": true,
        "description": "Key of the door.",
        "schema": { "type": "string" },
    });
    let parameters: Vec<Value> = std::iter::once(key)
        .chain(headers.iter().cloned())
        .collect();
    json!({
        "operationId": format!("doors_{id}"),
        "tags": ["doors"],
        "summary": summary,
        "parameters": parameters,
        "requestBody": { "required": true, "content": content },
        "security": [],
    })
}

fn header(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "in": "header",
        "required": false,
        "description": description,
        "schema": { "type": "string" },
    })
}

fn responses(receipt: &Value) -> Value {
    let stored = json!({ "application/json": { "schema": receipt } });
    let refused =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } });
    json!({
        "200": { "description": "Stored; the receipt has the verdict.", "content": stored },
        "201": { "description": "Stored, and a lead was made of it.", "content": stored },
        "default": {
            "description": "Not stored. After 429 and 503, `Retry-After` says when to try again.",
            "content": refused,
        },
    })
}
