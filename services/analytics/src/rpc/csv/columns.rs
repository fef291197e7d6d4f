//! Messages as rows: which columns a message has, and what stands in them.

use std::sync::LazyLock;

use chrono::{DateTime, SecondsFormat};
use currency::decimal;
use prost::{Message, Name};
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value,
};

use super::Cell;
use crate::rpc::reports::{MODELS, NAMED};

/// The contracts; without them, which they always are with, files would be empty.
static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(proto::DESCRIPTOR_SET).unwrap_or_default());

/// A message whose fields can be walked through.
pub(super) fn reflected<M: Message + Name>(message: &M) -> Option<DynamicMessage> {
    let descriptor = POOL.get_message_by_name(&M::full_name())?;
    DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).ok()
}

/// What a field is as columns.
enum Shape {
    /// Labels, with their names.
    Keys,
    /// The same columns for each model.
    Models(MessageDescriptor),
    Money,
    Named,
    Time,
    Scalar,
    /// Nothing that a row could hold.
    Other,
}

fn shape(field: &FieldDescriptor) -> Shape {
    let kind = field.kind();
    let Kind::Message(message) = &kind else {
        return if field.is_list() {
            Shape::Other
        } else {
            Shape::Scalar
        };
    };
    match (message.name(), field.is_list()) {
        ("Key", true) => Shape::Keys,
        ("ModelCredit", true) => Shape::Models(message.clone()),
        ("Money", false) => Shape::Money,
        ("Named", false) => Shape::Named,
        ("Timestamp", false) => Shape::Time,
        _ => Shape::Other,
    }
}

/// Names of the columns.
pub(super) fn names(row: &MessageDescriptor, keys: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for field in row.fields() {
        let name = field.name();
        match shape(&field) {
            Shape::Keys => {
                for key in keys {
                    names.push(key.clone());
                    if NAMED.contains(&key.as_str()) {
                        names.push(format!("{key}_name"));
                    }
                }
            }
            Shape::Models(message) => {
                let inner = of_model(&message);
                for model in MODELS {
                    names.extend(inner.iter().map(|name| format!("{model}_{name}")));
                }
            }
            Shape::Money => names.extend([name.to_owned(), format!("{name}_currency")]),
            Shape::Named => names.extend([name.to_owned(), format!("{name}_name")]),
            Shape::Time | Shape::Scalar => names.push(name.to_owned()),
            Shape::Other => {}
        }
    }
    names
}

/// The first column says which model it is.
fn of_model(message: &MessageDescriptor) -> Vec<String> {
    names(message, &[]).into_iter().skip(1).collect()
}

/// Values of the columns, as many as there are names.
pub(super) fn cells(row: &DynamicMessage, keys: &[String]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for field in row.descriptor().fields() {
        let shape = shape(&field);
        let value = row.get_field(&field);
        let given = !field.supports_presence() || row.has_field(&field);
        let message = value.as_message().filter(|_| given);
        match shape {
            Shape::Keys => of_keys(&value, keys, &mut cells),
            Shape::Models(message) => of_models(&value, &message, &mut cells),
            Shape::Money => match message {
                Some(money) => {
                    let currency = text(money, "currency");
                    cells.push(Cell::Plain(decimal(number(money, "minor"), &currency)));
                    cells.push(Cell::Plain(currency));
                }
                None => cells.extend([empty(), empty()]),
            },
            Shape::Named => match message {
                Some(named) => {
                    cells.extend([
                        Cell::Text(text(named, "id")),
                        Cell::Text(text(named, "name")),
                    ]);
                }
                None => cells.extend([empty(), empty()]),
            },
            Shape::Time => cells.push(Cell::Plain(message.map(time).unwrap_or_default())),
            Shape::Scalar => cells.push(if given { scalar(&value) } else { empty() }),
            Shape::Other => {}
        }
    }
    cells
}

fn of_keys(value: &Value, keys: &[String], cells: &mut Vec<Cell>) {
    let found: Vec<&DynamicMessage> = value
        .as_list()
        .into_iter()
        .flatten()
        .filter_map(Value::as_message)
        .collect();
    for key in keys {
        let one = found.iter().find(|one| text(one, "label") == *key);
        let part = |name| Cell::Text(one.map(|one| text(one, name)).unwrap_or_default());
        cells.push(part("value"));
        if NAMED.contains(&key.as_str()) {
            cells.push(part("name"));
        }
    }
}

fn of_models(value: &Value, message: &MessageDescriptor, cells_of_row: &mut Vec<Cell>) {
    let found: Vec<&DynamicMessage> = value
        .as_list()
        .into_iter()
        .flatten()
        .filter_map(Value::as_message)
        .collect();
    for model in MODELS {
        match found.iter().find(|one| text(one, "model") == model) {
            Some(one) => cells_of_row.extend(cells(one, &[]).into_iter().skip(1)),
            None => cells_of_row.extend(of_model(message).iter().map(|_| empty())),
        }
    }
}

fn empty() -> Cell {
    Cell::Plain(String::new())
}

fn scalar(value: &Value) -> Cell {
    match value {
        Value::String(text) => Cell::Text(text.clone()),
        Value::Bool(flag) => Cell::Plain(flag.to_string()),
        Value::I32(number) => Cell::Plain(number.to_string()),
        Value::I64(number) => Cell::Plain(number.to_string()),
        _ => empty(),
    }
}

fn text(message: &DynamicMessage, field: &str) -> String {
    let value = message.get_field_by_name(field);
    let text = value.as_ref().and_then(|value| value.as_str());
    text.unwrap_or_default().to_owned()
}

fn number(message: &DynamicMessage, field: &str) -> i64 {
    let value = message.get_field_by_name(field);
    value.and_then(|value| value.as_i64()).unwrap_or(0)
}

fn time(message: &DynamicMessage) -> String {
    DateTime::from_timestamp(number(message, "seconds"), 0)
        .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
        .unwrap_or_default()
}
