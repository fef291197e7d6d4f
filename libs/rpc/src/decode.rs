//! Reading the fields of a request, and telling the caller of all that are wrong at once.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use crate::failure::{Code, Failure, Violation};

/// A status travels in HTTP/2 trailers, where clients accept few kilobytes.
const MOST_VIOLATIONS: usize = 20;
const LONGEST_DESCRIPTION: usize = 200;

/// Collects what is wrong with a request while its fields are read.
///
/// ```
/// struct Rename { name: String, age: u8 }
///
/// fn decode(name: &str, age: &str) -> Result<Rename, rpc::decode::Invalid> {
///     let mut fields = rpc::decode::Fields::new();
///     let name = fields.text("name", name, 100);
///     let age = fields.parse("age", age);
///     fields.finish(|| Some(Rename { name: name?, age: age? }))
/// }
///
/// assert_eq!(decode(" Ann ", "33").unwrap().name, "Ann");
/// let invalid = decode("", "old").err().unwrap();
/// assert_eq!(invalid.to_string(), "wrong fields in the request: name, age");
/// ```
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<Violation>,
}

impl Fields {
    /// Nothing read, nothing wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that a field is wrong. `reason` is `UPPER_SNAKE`, the description for people.
    pub fn wrong(&mut self, field: &str, reason: &str, description: impl Display) {
        if self.violations.len() >= MOST_VIOLATIONS {
            return;
        }
        let description = description.to_string();
        self.violations.push(Violation {
            field: field.to_owned(),
            reason: reason.to_owned(),
            description: description.chars().take(LONGEST_DESCRIPTION).collect(),
        });
    }

    /// A field that must be present.
    pub fn require<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.wrong(field, "REQUIRED", "is required");
        }
        value
    }

    /// A field already converted, or the reason why it could not be.
    pub fn read<T, E: Display>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        value
            .map_err(|error| self.wrong(field, "MALFORMED", error))
            .ok()
    }

    /// A field written as text that stands for something else, such as an id.
    pub fn parse<T>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.require(field, Some(text).filter(|text| !text.is_empty()))?;
        self.read(field, text.parse())
    }

    /// Like [`Self::parse`], but the field may be empty.
    pub fn parse_optional<T>(&mut self, field: &str, text: &str) -> Option<Option<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        if text.is_empty() {
            return Some(None);
        }
        self.parse(field, text).map(Some)
    }

    /// Text of one to `longest` characters once the space around it is gone.
    pub fn text(&mut self, field: &str, text: &str, longest: usize) -> Option<String> {
        let text = self.text_optional(field, text, longest)?;
        self.require(field, text)
    }

    /// Like [`Self::text`], but the field may be empty.
    pub fn text_optional(
        &mut self,
        field: &str,
        text: &str,
        longest: usize,
    ) -> Option<Option<String>> {
        let text = text.trim();
        if text.chars().count() > longest {
            let description = format!("is longer than {longest} characters");
            self.wrong(field, "TOO_LONG", description);
            return None;
        }
        if text.chars().any(is_foreign) {
            self.wrong(field, "CONTROL_CHARACTER", "has a control character");
            return None;
        }
        Some(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    /// A number, or anything else with an order, within its bounds.
    pub fn within<T>(&mut self, field: &str, value: T, bounds: &RangeInclusive<T>) -> Option<T>
    where
        T: PartialOrd + Display,
    {
        if bounds.contains(&value) {
            return Some(value);
        }
        let description = format!("is not between {} and {}", bounds.start(), bounds.end());
        self.wrong(field, "OUT_OF_RANGE", description);
        None
    }

    /// Reads a message inside the request; its fields are reported as `path.field`.
    pub fn nested<T>(
        &mut self,
        path: &str,
        read: impl FnOnce(&mut Fields) -> Option<T>,
    ) -> Option<T> {
        let mut inner = Fields::new();
        let value = read(&mut inner);
        for violation in inner.violations {
            let field = format!("{path}.{}", violation.field);
            self.wrong(&field, &violation.reason, violation.description);
        }
        value
    }

    /// Builds the result if nothing was wrong. `build` may use `?` on what was read.
    pub fn finish<T>(mut self, build: impl FnOnce() -> Option<T>) -> Result<T, Invalid> {
        if self.violations.is_empty() {
            if let Some(value) = build() {
                return Ok(value);
            }
            self.wrong("request", "REQUIRED", "is incomplete");
        }
        Err(Invalid {
            violations: self.violations,
        })
    }
}

/// A request that cannot be understood, with every field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("wrong fields in the request: {}", fields(violations))]
pub struct Invalid {
    violations: Vec<Violation>,
}

impl Invalid {
    /// A request with one wrong field.
    pub fn field(field: &str, reason: &str, description: impl Display) -> Self {
        let mut fields = Fields::new();
        fields.wrong(field, reason, description);
        Self {
            violations: fields.violations,
        }
    }
}

impl Failure for Invalid {
    fn code(&self) -> Code {
        Code::InvalidArgument
    }

    fn reason(&self) -> &'static str {
        "FIELDS_INVALID"
    }

    fn violations(&self) -> Vec<Violation> {
        self.violations.clone()
    }
}

/// A control character that no text is laid out with. PostgreSQL refuses NUL, screens act on others.
fn is_foreign(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn fields(violations: &[Violation]) -> String {
    let names: Vec<_> = violations.iter().map(|it| it.field.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: impl FnOnce(&mut Fields) -> Option<()>, expected: &[(&str, &str)]) {
        let mut fields = Fields::new();
        let value = read(&mut fields);
        let result = fields.finish(|| value);
        let violations = result.map_or_else(|invalid| invalid.violations(), |()| Vec::new());
        let found: Vec<_> = violations
            .iter()
            .map(|it| (it.field.as_str(), it.reason.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_kind_of_field_names_what_is_wrong_with_it() {
        check(|it| it.text("a", " x ", 1).map(drop), &[]);
        check(|it| it.text("a", "  ", 9).map(drop), &[("a", "REQUIRED")]);
        check(|it| it.text("a", "яя", 1).map(drop), &[("a", "TOO_LONG")]);
        check(
            |it| it.text("a", "x\0", 9).map(drop),
            &[("a", "CONTROL_CHARACTER")],
        );
        check(|it| it.text("a", "x\r\n\ty", 9).map(drop), &[]);
        check(|it| it.text_optional("a", "", 9).map(drop), &[]);
        check(|it| it.parse::<u8>("a", "7").map(drop), &[]);
        check(|it| it.parse::<u8>("a", "").map(drop), &[("a", "REQUIRED")]);
        check(
            |it| it.parse::<u8>("a", "x").map(drop),
            &[("a", "MALFORMED")],
        );
        check(|it| it.parse_optional::<u8>("a", "").map(drop), &[]);
        check(|it| it.within("a", 5, &(1..=5)).map(drop), &[]);
        check(
            |it| it.within("a", 6, &(1..=5)).map(drop),
            &[("a", "OUT_OF_RANGE")],
        );
        check(
            |it| it.require("a", None::<u8>).map(drop),
            &[("a", "REQUIRED")],
        );
    }

    #[test]
    fn a_field_inside_a_message_is_reported_with_its_path() {
        check(
            |it| it.nested("phones[1]", |it| it.text("number", "", 9).map(drop)),
            &[("phones[1].number", "REQUIRED")],
        );
    }

    #[test]
    fn a_hostile_request_gets_a_bounded_answer() {
        let mut fields = Fields::new();
        for index in 0..10_000 {
            fields.wrong(&format!("rows[{index}]"), "MALFORMED", "x".repeat(100_000));
        }
        let invalid = fields.finish(|| Some(())).unwrap_err();
        assert_eq!(invalid.violations().len(), MOST_VIOLATIONS);
        let status = crate::failure::status("intake", &invalid);
        assert!(status.details().len() < 8_192, "{}", status.details().len());
    }

    #[test]
    fn a_result_that_cannot_be_built_is_refused() {
        let invalid = Fields::new().finish(|| None::<()>).unwrap_err();
        assert_eq!(invalid.to_string(), "wrong fields in the request: request");
    }
}
