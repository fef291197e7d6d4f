//! Values of settings: what kind one has, how one is read from text, how one is shown.

use toml::Value;

/// Reads a value written as text (a variable, a flag) in the kind of the setting's default.
pub(super) fn from_text(default: &Value, text: &str) -> Result<Value, String> {
    let wanted = || format!("expected {}, found `{text}`", kind(default));
    match default {
        Value::String(_) => Ok(Value::String(text.to_owned())),
        Value::Integer(_) => text.parse().map(Value::Integer).map_err(|_| wanted()),
        Value::Float(_) => text.parse().map(Value::Float).map_err(|_| wanted()),
        Value::Boolean(_) => text.parse().map(Value::Boolean).map_err(|_| wanted()),
        Value::Array(_) if !text.starts_with('[') => Ok(Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        )),
        Value::Array(_) | Value::Datetime(_) | Value::Table(_) => {
            let table: toml::Table = format!("value = {text}").parse().map_err(|_| wanted())?;
            table.get("value").cloned().ok_or_else(wanted)
        }
    }
}

/// Accepts a value of a file if it is of the kind of the setting's default.
pub(super) fn of_kind(default: &Value, given: Value) -> Result<Value, String> {
    match (default, given) {
        #[expect(clippy::cast_precision_loss, reason = "a setting is nowhere near 2^52")]
        (Value::Float(_), Value::Integer(number)) => Ok(Value::Float(number as f64)),
        (default, given) if default.same_type(&given) => Ok(given),
        (default, given) => Err(format!("expected {}, found `{given}`", kind(default))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// Text of a value for people to read: no secret, no password inside an address.
pub(super) fn shown(path: &[String], value: &Value) -> String {
    let secret = path.last().is_some_and(|key| {
        ["_key", "password", "secret", "token"]
            .iter()
            .any(|ending| key.ends_with(ending))
    });
    match value {
        Value::String(text) if secret && !text.is_empty() => "\"********\"".to_owned(),
        Value::String(text) => Value::String(without_password(text)).to_string(),
        other => other.to_string(),
    }
}

/// `postgres://ivy:pass@host/db` without `pass`.
pub fn without_password(url: &str) -> String {
    let masked = || {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?;
        let (user, _) = authority.rsplit_once('@')?.0.split_once(':')?;
        let after = rest.get(authority.rfind('@')?..)?;
        Some(format!("{scheme}://{user}:********{after}"))
    };
    masked().unwrap_or_else(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_not_shown() {
        for (url, shown) in [
            (
                "postgres://ivy:a@b:c@host:5432/crm?x=y",
                "postgres://ivy:********@host:5432/crm?x=y",
            ),
            ("postgres://ivy@host/crm", "postgres://ivy@host/crm"),
            ("sqlite:./data", "sqlite:./data"),
            ("nats://host:4222", "nats://host:4222"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
