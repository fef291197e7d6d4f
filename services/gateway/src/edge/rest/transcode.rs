//! A REST request as the message it stands for.

use std::borrow::Cow;

use prost_reflect::{DeserializeOptions, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use rpc::decode::{Fields, Invalid};
use serde_json::{Map, Value};

use super::routes::{Parameter, Route};

/// More than any request has; keeps a hostile query from costing anything.
const MOST_QUERY_PARAMETERS: usize = 200;

type Object = Map<String, Value>;

/// Reads the message from path, query and body.
pub(super) fn request(
    route: &Route,
    values: &[String],
    query: &str,
    body: &[u8],
) -> Result<DynamicMessage, Invalid> {
    let mut object = if body.is_empty() {
        Object::new()
    } else {
        parse(body)?
    };
    let mut fields = Fields::new();
    unknown(&route.input, &object, "", &mut fields);
    read_query(route, query, &mut object, &mut fields);
    for (parameter, value) in route.parameters.iter().zip(values) {
        set_parameter(parameter, value, &mut object, &mut fields);
    }
    fields.finish(|| Some(()))?;
    let value = Value::Object(object);
    convert(&route.input, &value).or_else(|error| {
        let mut fields = Fields::new();
        locate(&route.input, &value, "", &error, &mut fields);
        fields.finish(|| None)
    })
}

fn parse(body: &[u8]) -> Result<Object, Invalid> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Invalid::field("body", "MALFORMED", "is not a JSON object")),
        Err(error) => Err(Invalid::field("body", "MALFORMED", error)),
    }
}

fn convert(message: &MessageDescriptor, value: &Value) -> Result<DynamicMessage, String> {
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    DynamicMessage::deserialize_with_options(message.clone(), value, &options)
        .map_err(|error| error.to_string())
}

/// Notes every key that names no field, with its path.
fn unknown(message: &MessageDescriptor, object: &Object, at: &str, fields: &mut Fields) {
    for (key, value) in object {
        let path = join(at, key);
        let Some(field) = field(message, key) else {
            fields.wrong(
                &shortened(&path),
                "UNKNOWN_FIELD",
                "is not a field of this message",
            );
            continue;
        };
        let Some(inner) = plain_message(&field) else {
            continue;
        };
        match value {
            Value::Object(object) if !field.is_list() => unknown(&inner, object, &path, fields),
            Value::Array(items) if field.is_list() => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::Object(object) = item {
                        unknown(&inner, object, &format!("{path}[{index}]"), fields);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Finds the fields whose values do not fit, by trying each alone.
fn locate(message: &MessageDescriptor, value: &Value, at: &str, error: &str, fields: &mut Fields) {
    let Value::Object(object) = value else {
        fields.wrong(at, "MALFORMED", error);
        return;
    };
    let mut found = false;
    for (key, value) in object {
        let alone = Value::Object(Object::from_iter([(key.clone(), value.clone())]));
        let Err(error) = convert(message, &alone) else {
            continue;
        };
        found = true;
        let path = join(at, key);
        match field(message, key).filter(|field| !field.is_list()) {
            Some(field) => match plain_message(&field) {
                Some(inner) => locate(&inner, value, &path, &error, fields),
                None => fields.wrong(&path, "MALFORMED", error),
            },
            None => fields.wrong(&shortened(&path), "MALFORMED", error),
        }
    }
    if !found {
        fields.wrong(if at.is_empty() { "body" } else { at }, "MALFORMED", error);
    }
}

fn read_query(route: &Route, query: &str, object: &mut Object, fields: &mut Fields) {
    for (count, (key, value)) in pairs(query).enumerate() {
        if count >= MOST_QUERY_PARAMETERS {
            fields.wrong("query", "TOO_MANY", "has too many parameters");
            return;
        }
        if route.has_body() {
            let why = "is not read here: fields of this request are in the body";
            fields.wrong(&shortened(&key), "UNKNOWN_FIELD", why);
        } else {
            set_query(&route.input, &key, &value, object, fields);
        }
    }
}

/// Puts a query parameter, whose name may be a path with dots, where it belongs.
fn set_query(
    message: &MessageDescriptor,
    key: &str,
    value: &str,
    object: &mut Object,
    fields: &mut Fields,
) {
    let (first, rest) = match key.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (key, None),
    };
    let found = field(message, first).filter(|field| !field.is_map());
    let inner = found.as_ref().and_then(plain_message);
    match (found, inner, rest) {
        (Some(field), Some(inner), Some(rest)) if !field.is_list() => {
            let slot = object
                .entry(field.json_name())
                .or_insert_with(|| Object::new().into());
            if let Value::Object(object) = slot {
                set_query(&inner, rest, value, object, fields);
            }
        }
        (Some(field), None, None) => {
            let value = scalar(&field.kind(), value);
            if field.is_list() {
                let slot = object
                    .entry(field.json_name())
                    .or_insert_with(|| Value::Array(vec![]));
                if let Value::Array(items) = slot {
                    items.push(value);
                }
            } else if object.insert(field.json_name().to_owned(), value).is_some() {
                fields.wrong(&shortened(key), "DUPLICATE", "is given twice");
            }
        }
        _ => fields.wrong(
            &shortened(key),
            "UNKNOWN_FIELD",
            "is not a parameter of this request",
        ),
    }
}

/// Puts the value from the path into the message. A body may repeat it, not contradict it.
fn set_parameter(parameter: &Parameter, value: &str, object: &mut Object, fields: &mut Fields) {
    let Some((last, outer)) = parameter.path.split_last() else {
        return;
    };
    let mut object = object;
    for field in outer {
        normalise(object, field);
        let slot = object
            .entry(field.json_name())
            .or_insert_with(|| Object::new().into());
        match slot {
            Value::Object(inner) => object = inner,
            // What it is instead is told when the message is read.
            _ => return,
        }
    }
    normalise(object, last);
    let value = scalar(&last.kind(), value);
    let before = object.insert(last.json_name().to_owned(), value.clone());
    if before.is_some_and(|before| before != value && before != "") {
        fields.wrong(parameter.name, "MISMATCH", "differs from the path");
    }
}

/// A field may be written by either of its names; from here on by one.
fn normalise(object: &mut Object, field: &FieldDescriptor) {
    if field.name() != field.json_name()
        && let Some(value) = object.remove(field.name())
    {
        object.insert(field.json_name().to_owned(), value);
    }
}

/// The text of a parameter as the JSON that stands for it; numbers may be written as text.
fn scalar(kind: &Kind, text: &str) -> Value {
    match kind {
        Kind::Bool if text == "true" => Value::Bool(true),
        Kind::Bool if text == "false" => Value::Bool(false),
        Kind::Enum(_) => match text.parse::<i32>() {
            Ok(number) => number.into(),
            Err(_) => text.into(),
        },
        _ => text.into(),
    }
}

fn field(message: &MessageDescriptor, key: &str) -> Option<FieldDescriptor> {
    message
        .get_field_by_json_name(key)
        .or_else(|| message.get_field_by_name(key))
}

/// The message of a field, unless its JSON is something else than an object of its fields.
fn plain_message(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    let kind = field.kind();
    let message = kind.as_message()?;
    let special = message.is_map_entry() || message.package_name() == "google.protobuf";
    (!special).then(|| message.clone())
}

fn join(at: &str, key: &str) -> String {
    if at.is_empty() {
        key.to_owned()
    } else {
        format!("{at}.{key}")
    }
}

/// Names made up by the caller are repeated only as far as they help to find them.
fn shortened(path: &str) -> Cow<'_, str> {
    match path.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", path.get(..end).unwrap_or_default()).into(),
        None => path.into(),
    }
}

/// The pairs of a query or of a form, decoded.
pub(in crate::edge) fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (plain(key), plain(value))
    })
}

fn plain(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text)
        .decode_utf8_lossy()
        .into_owned()
}
