//! A CSV file of participants: which column is what, and each row as a participant or what is wrong
//! with it.

use chrono::{DateTime, Utc};
use csv::{ReaderBuilder, StringRecord};
use proto::{campaigns::v1 as pb, types::v1::PersonName};
use rpc::{Failure as _, decode::Fields};

use super::super::convert;
use crate::{
    app::import_participants::Row,
    domain::participant::{Participant, Status},
};

/// Bytes of a file.
pub(super) const FILE_MAX: usize = 16 << 20;
/// Rows of a file.
const ROWS_MAX: usize = 50_000;
/// Columns of a file; more are a file of another kind.
const COLUMNS_MAX: usize = 200;

/// What a column may hold.
const MEANINGS: usize = 8;
type Places = [Option<usize>; MEANINGS];

/// Usual names, in the order of [`wanted`].
const USUAL: [&[&str]; MEANINGS] = [
    &[
        "name",
        "full name",
        "full_name",
        "contact",
        "имя",
        "фио",
        "vārds uzvārds",
        "név",
    ],
    &[
        "given name",
        "given_name",
        "first name",
        "first_name",
        "vārds",
        "keresztnév",
    ],
    &[
        "family name",
        "family_name",
        "last name",
        "last_name",
        "surname",
        "фамилия",
        "uzvārds",
        "vezetéknév",
    ],
    &[
        "organisation",
        "organization",
        "company",
        "компания",
        "организация",
        "uzņēmums",
        "cég",
    ],
    &[
        "email",
        "e-mail",
        "mail",
        "emails",
        "почта",
        "epasts",
        "e-pasts",
    ],
    &[
        "phone",
        "phones",
        "telephone",
        "mobile",
        "телефон",
        "tālrunis",
        "telefon",
    ],
    &["locale", "language", "язык", "valoda", "nyelv"],
    &["person_id", "person id"],
];

/// A file as read.
pub(super) struct Sheet {
    pub rows: Vec<Row>,
    /// Columns that nothing is read from.
    pub unused: Vec<String>,
}

/// Reads a file. What is wrong with a row is told with the row, what is wrong with the file as a field.
pub(super) fn read(
    fields: &mut Fields,
    request: &pb::ImportParticipantsRequest,
    now: DateTime<Utc>,
) -> Option<Sheet> {
    fields.within("csv", request.csv.len(), &(1..=FILE_MAX))?;
    let text = fields.read(
        "csv",
        std::str::from_utf8(&request.csv).map_err(|_| "is not UTF-8"),
    )?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = fields.read("csv", reader.headers().cloned())?;
    fields.within("csv columns", header.len(), &(1..=COLUMNS_MAX))?;
    let columns = request.columns.clone().unwrap_or_default();
    let (places, unused) = places(fields, &header, &columns)?;
    let status = convert::status(request.status()).unwrap_or(Status::Undefined);
    let mut rows = Vec::new();
    let mut lines = Lines::of(text);
    for record in reader.records() {
        let record = fields.read("csv", record)?;
        if rows.len() == ROWS_MAX {
            let description = format!("has more than {ROWS_MAX} rows");
            fields.wrong("csv", "TOO_MANY", description);
            return None;
        }
        let line = lines.up_to(record.position().map_or(0, csv::Position::byte));
        let read = participant(&record, &places, now).map(|it| Participant { status, ..it });
        rows.push(Row { line, read });
    }
    fields.require("csv", Some(()).filter(|()| !rows.is_empty()))?;
    Some(Sheet { rows, unused })
}

/// Counts lines. The reader's own count is one behind where lines end in `\r\n`.
struct Lines<'a> {
    rest: &'a [u8],
    passed: u64,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
            passed: 0,
            line: 1,
        }
    }

    /// The line on which begins what follows the byte at `offset`, which only grows.
    fn up_to(&mut self, offset: u64) -> u64 {
        while let Some((next, rest)) = self.rest.split_first() {
            if self.passed >= offset && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.passed += 1;
            self.rest = rest;
        }
        self.line
    }
}

/// What divides the columns: that of the usual ones which the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| first.bytes().filter(|it| *it == wanted).count();
    // Of several with as many the last is taken: the comma, where there is but one column.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|it| count(*it))
        .unwrap_or(b',')
}

fn wanted(columns: &pb::ColumnNames) -> [(&'static str, &str); MEANINGS] {
    [
        ("columns.full_name", &columns.full_name),
        ("columns.given_name", &columns.given_name),
        ("columns.family_name", &columns.family_name),
        ("columns.organisation", &columns.organisation),
        ("columns.email", &columns.email),
        ("columns.phone", &columns.phone),
        ("columns.locale", &columns.locale),
        ("columns.person_id", &columns.person_id),
    ]
}

/// Where each thing stands, and which columns hold none.
fn places(
    fields: &mut Fields,
    header: &StringRecord,
    columns: &pb::ColumnNames,
) -> Option<(Places, Vec<String>)> {
    let names: Vec<String> = header.iter().map(str::to_lowercase).collect();
    let mut places = Places::default();
    let mut complete = true;
    for ((field, name), (usual, place)) in wanted(columns)
        .into_iter()
        .zip(USUAL.iter().zip(&mut places))
    {
        let name = name.trim().to_lowercase();
        *place = if name.is_empty() {
            names.iter().position(|it| usual.contains(&it.as_str()))
        } else {
            names.iter().position(|it| *it == name)
        };
        if place.is_none() && !name.is_empty() {
            fields.wrong(field, "UNKNOWN", "is no column of the file");
            complete = false;
        }
    }
    if complete && places.iter().all(Option::is_none) {
        fields.wrong("columns", "REQUIRED", "no column of the file is known");
        complete = false;
    }
    let unused = header.iter().enumerate();
    let unused = unused.filter(|(index, _)| !places.contains(&Some(*index)));
    let unused = unused.map(|(_, name)| name.to_owned()).collect();
    complete.then_some((places, unused))
}

fn participant(
    record: &StringRecord,
    places: &Places,
    now: DateTime<Utc>,
) -> Result<Participant, Vec<String>> {
    let cell = |place: Option<usize>| place.and_then(|it| record.get(it)).unwrap_or_default();
    let [
        full,
        given,
        family,
        organisation,
        email,
        phone,
        locale,
        person,
    ] = places.map(cell);
    let list = |cell: &str| -> Vec<String> {
        let parts = cell.split([',', ';']).map(str::trim);
        parts
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let told = pb::Participant {
        name: Some(PersonName {
            full: full.to_owned(),
            given: given.to_owned(),
            family: family.to_owned(),
        }),
        organisation: organisation.to_owned(),
        emails: list(email),
        phones: list(phone),
        locale: locale.to_owned(),
        person_id: person.to_owned(),
        ..pb::Participant::default()
    };
    let mut fields = Fields::new();
    let read = convert::read_participant(&mut fields, &told, now);
    fields.finish(|| read).map_err(|invalid| {
        let wrong = invalid.violations().into_iter();
        wrong
            .map(|it| format!("{}: {}", it.field, it.reason))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_file(csv: &str, columns: pb::ColumnNames) -> Result<Sheet, Vec<String>> {
        let request = pb::ImportParticipantsRequest {
            csv: csv.as_bytes().to_vec(),
            columns: Some(columns),
            ..pb::ImportParticipantsRequest::default()
        };
        let mut fields = Fields::new();
        let sheet = read(&mut fields, &request, DateTime::UNIX_EPOCH);
        fields.finish(|| sheet).map_err(|invalid| {
            let wrong = invalid.violations().into_iter();
            wrong
                .map(|it| format!("{} {}", it.field, it.reason))
                .collect()
        })
    }

    #[test]
    fn columns_are_found_by_usual_and_by_given_names() {
        for (csv, columns) in [
            (
                "\u{feff}Name,E-mail,x\nNora Field,nora@field.eu,1\n",
                pb::ColumnNames::default(),
            ),
            (
                "ФИО;Почта;x\r\n\"Nora Field\";nora@field.eu;1\r\n",
                pb::ColumnNames::default(),
            ),
            (
                "who\tx\tWhere\nNora Field\t1\tnora@field.eu",
                pb::ColumnNames {
                    full_name: "WHO".to_owned(),
                    email: "where".to_owned(),
                    ..pb::ColumnNames::default()
                },
            ),
        ] {
            let sheet = read_file(csv, columns).unwrap_or_else(|wrong| panic!("{csv}: {wrong:?}"));
            assert_eq!(sheet.unused, ["x"], "{csv}");
            let row = &sheet.rows[0];
            assert_eq!(row.line, 2, "{csv}");
            let contact = &row.read.as_ref().unwrap().contact;
            assert_eq!(contact.full_name, "Nora Field", "{csv}");
            assert_eq!(contact.emails, ["nora@field.eu"], "{csv}");
        }
    }

    #[test]
    fn a_row_keeps_its_line_and_what_is_wrong_with_it() {
        let csv = "name,email,person_id\n\"Nora\nField\",\"a@b.eu, c@d.eu\",\n,,\nMax\u{1},,x\n";
        let sheet = read_file(csv, pb::ColumnNames::default()).unwrap();
        let wrong: Vec<(u64, Vec<String>)> = sheet
            .rows
            .iter()
            .filter_map(|row| Some((row.line, row.read.as_ref().err()?.clone())))
            .collect();
        let text = |it: &str| vec![it.to_owned()];
        assert_eq!(
            wrong,
            [
                (4, text("name: REQUIRED")),
                (
                    5,
                    vec![
                        "name.full: CONTROL_CHARACTER".to_owned(),
                        "person_id: MALFORMED".to_owned()
                    ]
                ),
            ]
        );
    }

    #[test]
    fn a_file_that_is_none_is_refused() {
        let named = pb::ColumnNames {
            phone: "tel".to_owned(),
            ..pb::ColumnNames::default()
        };
        let long = format!("name\n{}", "Nora\n".repeat(ROWS_MAX + 1));
        for (csv, columns, wrong) in [
            ("", pb::ColumnNames::default(), "csv OUT_OF_RANGE"),
            ("name\n", pb::ColumnNames::default(), "csv REQUIRED"),
            ("a,b\n1,2\n", pb::ColumnNames::default(), "columns REQUIRED"),
            ("name\nNora\n", named, "columns.phone UNKNOWN"),
            (long.as_str(), pb::ColumnNames::default(), "csv TOO_MANY"),
        ] {
            let found = read_file(csv, columns).err().unwrap_or_default();
            assert_eq!(found, [wrong], "{csv:.20}");
        }
    }
}
