//! A CSV file with a header line.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use rpc::decode::{Fields, Invalid};

use super::{Problem, problem};

/// Largest file.
const MOST_BYTES: usize = 5_000_000;
/// Rows of a file.
const MOST_ROWS: usize = 10_000;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A row: the line on which it begins, and its values by field.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) values: Result<Values, Vec<Problem>>,
}

/// Values of a row; a column that the file does not have is empty.
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    pub(super) fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", |value| value.trim())
    }
}

/// Reads a file. `columns` names the header of a field whose column is not named like it.
pub(super) fn read(
    file: &[u8],
    fields: &'static [&'static str],
    required: &[&str],
    columns: &BTreeMap<String, String>,
) -> Result<Vec<Line>, Invalid> {
    let text = decode(file)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| broken(&error))?.clone();
    let places = places(&header, fields, required, columns)?;
    let mut lines = Vec::new();
    let mut place = Place::default();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        if lines.len() == MOST_ROWS {
            let most = format!("has more than {MOST_ROWS} rows");
            return Err(Invalid::field("file", "OUT_OF_RANGE", most));
        }
        lines.push(Line {
            number: place.line_of(text, &record),
            values: values(&record, header.len(), &places),
        });
    }
    Ok(lines)
}

/// How far lines were counted.
#[derive(Default)]
struct Place {
    byte: usize,
    breaks: u64,
}

impl Place {
    /// The line on which a record begins. The reader's own number is that of the blank lines before
    /// it, or of the line break that it has not yet passed.
    fn line_of(&mut self, text: &str, record: &StringRecord) -> u64 {
        let began = record.position().map_or(0, csv::Position::byte);
        let began = usize::try_from(began).unwrap_or(usize::MAX);
        let rest = text.get(began..).unwrap_or_default();
        let skipped = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = text.get(self.byte..began + skipped).unwrap_or_default();
        self.breaks += passed.matches('\n').count() as u64;
        self.byte = began + skipped;
        self.breaks + 1
    }
}

fn decode(file: &[u8]) -> Result<&str, Invalid> {
    if file.len() > MOST_BYTES {
        let most = format!("is larger than {MOST_BYTES} bytes");
        return Err(Invalid::field("file", "OUT_OF_RANGE", most));
    }
    let bytes = file.strip_prefix(BOM).unwrap_or(file);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + good.split(|byte| *byte == b'\n').skip(1).count();
        Invalid::field("file", "MALFORMED", format!("line {line} is not UTF-8"))
    })?;
    if text.trim().is_empty() {
        return Err(Invalid::field("file", "REQUIRED", "is empty"));
    }
    Ok(text)
}

/// Whichever of `;` and `,` comes more often in the header, outside quotes; of as many it is `;`,
/// as names have commas in them.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let (mut quoted, mut commas, mut semicolons) = (false, 0, 0);
    for c in header.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => commas += 1,
            ';' if !quoted => semicolons += 1,
            _ => {}
        }
    }
    if semicolons > 0 && semicolons >= commas {
        b';'
    } else {
        b','
    }
}

/// Headers are compared without case, spaces around, and the choice between space and `_`.
fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Where the fields stand in a row.
fn places(
    header: &StringRecord,
    known: &'static [&'static str],
    required: &[&str],
    columns: &BTreeMap<String, String>,
) -> Result<BTreeMap<&'static str, usize>, Invalid> {
    let mut fields = Fields::new();
    let mut places = BTreeMap::new();
    for name in columns
        .keys()
        .filter(|name| !known.contains(&name.as_str()))
    {
        fields.wrong(
            &format!("columns.{name}"),
            "UNKNOWN",
            format!("fields are {}", known.join(", ")),
        );
    }
    for field in known {
        let told = columns.get(*field);
        let wanted = folded(told.map_or(*field, String::as_str));
        let found: Vec<usize> = header
            .iter()
            .enumerate()
            .filter(|(_, name)| folded(name) == wanted)
            .map(|(place, _)| place)
            .collect();
        match (found.as_slice(), told) {
            ([place], _) => {
                places.insert(*field, *place);
            }
            ([], Some(header)) => {
                let missing = format!("line 1 has no column `{header}`");
                fields.wrong(&format!("columns.{field}"), "NOT_FOUND", missing);
            }
            ([], None) if required.contains(field) => {
                let missing = format!("line 1 has no column `{field}`");
                fields.wrong("file", "REQUIRED", missing);
            }
            ([], None) => {}
            (_, _) => {
                let twice = format!("line 1 has the column of `{field}` more than once");
                fields.wrong("file", "MALFORMED", twice);
            }
        }
    }
    fields.finish(|| Some(places))
}

fn values(
    record: &StringRecord,
    width: usize,
    places: &BTreeMap<&'static str, usize>,
) -> Result<Values, Vec<Problem>> {
    if record.len() != width {
        let description = format!("has {} values, the header {width}", record.len());
        return Err(vec![problem("row", "MALFORMED", &description)]);
    }
    let value = |place: &usize| record.get(*place).unwrap_or_default().to_owned();
    let values = places.iter().map(|(field, place)| (*field, value(place)));
    Ok(Values(values.collect()))
}

fn broken(error: &csv::Error) -> Invalid {
    let line = error.position().map_or(1, csv::Position::line);
    Invalid::field("file", "MALFORMED", format!("line {line}: {error}"))
}

#[cfg(test)]
mod tests {
    use rpc::Failure;

    use super::*;

    const FIELDS: &[&str] = &["line", "planned", "note"];

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(field, header): &(&str, &str)| ((*field).to_owned(), (*header).to_owned());
        pairs.iter().map(owned).collect()
    }

    fn rows(file: &[u8], columns: &[(&str, &str)]) -> Vec<(u64, Vec<String>)> {
        let lines = read(file, FIELDS, &["line"], &map(columns)).unwrap();
        let row = |line: Line| {
            let values = line.values.unwrap();
            let values = FIELDS.iter().map(|field| values.get(field).to_owned());
            (line.number, values.collect())
        };
        lines.into_iter().map(row).collect()
    }

    fn wrong(file: &[u8], columns: &[(&str, &str)]) -> Vec<(String, String)> {
        let invalid = read(file, FIELDS, &["line"], &map(columns)).err().unwrap();
        let violations = invalid.violations().into_iter();
        violations.map(|it| (it.field, it.description)).collect()
    }

    #[test]
    fn columns_are_found_by_name_whatever_the_separator() {
        for file in [
            "Line,planned,NOTE\r\n\"Print, big\",1.5,x\r\n",
            "\u{feff}note;other;Planned;line\nx;?;1.5;\"Print, big\"\n",
            "\nplanned,line,note\n1.5,\"Print, big\",x",
        ] {
            let rows = rows(file.as_bytes(), &[]);
            assert_eq!(rows.len(), 1, "{file}");
            assert_eq!(rows[0].1, ["Print, big", "1.5", "x"], "{file}");
        }
        let told = rows(
            "Статья;План, €\nПечать;7\n".as_bytes(),
            &[("line", "статья"), ("planned", "План, €")],
        );
        assert_eq!(
            told,
            [(2, vec!["Печать".to_owned(), "7".to_owned(), String::new()])]
        );
    }

    #[test]
    fn rows_are_told_by_the_line_on_which_they_begin() {
        let file = "line,note\na,\"two\nlines\"\n\nb,x\nc\n";
        let lines = read(file.as_bytes(), FIELDS, &["line"], &map(&[])).unwrap();
        let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2, 5, 6]);
        let problems = lines[2].values.as_ref().err().unwrap();
        assert_eq!(problems[0].description, "has 1 values, the header 2");
    }

    #[test]
    fn a_file_that_cannot_be_read_says_where() {
        let said = |file: &[u8], columns: &[(&str, &str)]| wrong(file, columns).remove(0);
        assert_eq!(said(b"", &[]).1, "is empty");
        assert_eq!(said(b"line\nok\n\xff\n", &[]).1, "line 3 is not UTF-8");
        assert_eq!(said(b"note\nx\n", &[]).1, "line 1 has no column `line`");
        assert_eq!(
            said(b"line,LINE\nx,y\n", &[]).1,
            "line 1 has the column of `line` more than once"
        );
        assert_eq!(said(b"line\nx\n", &[("note", "Nota")]).0, "columns.note");
        assert_eq!(said(b"line\nx\n", &[("price", "line")]).0, "columns.price");
        let long = format!("line\n{}", "x\n".repeat(MOST_ROWS + 1));
        assert_eq!(said(long.as_bytes(), &[]).1, "has more than 10000 rows");
        assert_eq!(
            said(&vec![b'x'; MOST_BYTES + 1], &[]).1,
            "is larger than 5000000 bytes"
        );
    }
}
