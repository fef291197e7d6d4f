//! Fields of spans as JSON, written once.
//!
//! A span gets most of its fields after it began. The formatter that comes with JSON lines reads the
//! text back and writes all of it again for each; this one goes on where the text ends.

use std::fmt::{self, Debug};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, FormattedFields, format::Writer},
};

/// Writes the fields of a span as one JSON object.
pub(crate) struct SpanFields;

impl<'writer> FormatFields<'writer> for SpanFields {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        writer.write_str(&object(String::new(), |members| fields.record(members)))
    }

    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        let before = std::mem::take(&mut current.fields);
        current.fields = object(before, |members| fields.record(members));
        Ok(())
    }
}

/// The object with further members.
fn object(mut text: String, record: impl FnOnce(&mut dyn Visit)) -> String {
    if text.pop().is_none() {
        text.push('{');
    }
    record(&mut Members(&mut text));
    text.push('}');
    text
}

/// Appends members to an object that is not closed yet.
struct Members<'a>(&'a mut String);

impl Members<'_> {
    fn add(&mut self, field: &Field, value: &impl Serialize) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.push(field.name());
        self.0.push(':');
        self.push(value);
    }

    fn push(&mut self, value: &(impl Serialize + ?Sized)) {
        // Texts, numbers and truth values have a JSON form.
        let json = serde_json::to_string(value);
        self.0.push_str(json.as_deref().unwrap_or("null"));
    }
}

impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, &format!("{value:?}"));
    }
}
