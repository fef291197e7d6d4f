//! What a report is asked for: which part of the figures, by what, and which page.

use proto::analytics::v1::Filter;
use rpc::decode::{Fields, Invalid};
use serde::{Deserialize, Serialize};

use crate::domain::report::{Bucket, Period, number};

/// Values of one field of a filter.
const MOST_VALUES: usize = 200;
const LONGEST_VALUE: usize = 500;

/// Whether a page is wanted or, for a file, everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    One,
    All,
}

/// Rows of a report in one file.
pub(crate) const MOST_IN_FILE: u32 = 100_000;

/// What the rows of a report are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Label(&'static str),
    Bucket(Bucket),
}

impl By {
    pub(crate) fn label(self) -> Option<&'static str> {
        match self {
            Self::Label(label) => Some(label),
            Self::Bucket(_) => None,
        }
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Label(label) => label.to_owned(),
            Self::Bucket(bucket) => bucket.to_string(),
        }
    }
}

/// A request, read.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) period: Period,
    pub(crate) only: Vec<(&'static str, Vec<String>)>,
    pub(crate) by: Vec<By>,
    pub(crate) page: Page,
}

/// Rows of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) size: u32,
    /// Rows before it.
    pub(crate) skip: usize,
    pub(crate) pages: Pages,
}

#[derive(Serialize, Deserialize)]
struct Skipped(u32);

impl Page {
    pub(crate) fn read(size: i32, token: &str, pages: Pages) -> Result<Self, Invalid> {
        if pages == Pages::All {
            return Ok(Self {
                size: MOST_IN_FILE,
                skip: 0,
                pages,
            });
        }
        let skipped = rpc::page::decode::<Skipped>(token)?;
        Ok(Self {
            size: rpc::page::size(size)?,
            skip: skipped.map_or(0, |Skipped(rows)| usize::try_from(rows).unwrap_or(0)),
            pages,
        })
    }

    /// The rows of the page, and the token of the next one; none when a file cannot hold them.
    pub(crate) fn cut<T>(self, rows: Vec<T>) -> Option<(Vec<T>, String)> {
        self.cut_rest(rows.into_iter().skip(self.skip).collect())
    }

    /// The same of the rows from the first of the page on.
    pub(crate) fn cut_rest<T>(self, mut rows: Vec<T>) -> Option<(Vec<T>, String)> {
        let size = self.rows();
        let more = rows.len() > size;
        if more && self.pages == Pages::All {
            return None;
        }
        rows.truncate(size);
        let next = u32::try_from(self.skip + size).ok().filter(|_| more);
        let token = next.map(|next| rpc::page::encode(&Skipped(next)));
        Some((rows, token.unwrap_or_default()))
    }

    /// How many rows it has at most.
    pub(crate) fn rows(self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }
}

/// Reads a request for a report that is kept by `labels`.
pub(crate) fn ask(
    filter: Option<&Filter>,
    group_by: &[String],
    labels: &'static [&'static str],
    default: &[&str],
    page: Result<Page, Invalid>,
) -> Result<Ask, Invalid> {
    let mut fields = Fields::new();
    let narrowed = read_filter(&mut fields, filter, labels);
    let by = read_by(&mut fields, group_by, labels, default);
    let (period, only) = fields.finish(|| narrowed)?;
    Ok(Ask {
        period,
        only,
        by,
        page: page?,
    })
}

type Narrowed = (Period, Vec<(&'static str, Vec<String>)>);

/// Reads a filter of figures that are kept by `labels`.
pub(crate) fn filter(
    filter: Option<&Filter>,
    labels: &[&'static str],
) -> Result<Narrowed, Invalid> {
    let mut fields = Fields::new();
    let narrowed = read_filter(&mut fields, filter, labels);
    fields.finish(|| narrowed)
}

fn read_filter(
    fields: &mut Fields,
    filter: Option<&Filter>,
    labels: &[&'static str],
) -> Option<Narrowed> {
    let Some(filter) = filter else {
        return Some((Period::default(), Vec::new()));
    };
    fields.nested("filter", |fields| {
        let from = day(fields, "from", &filter.from);
        let to = day(fields, "to", &filter.to);
        let only = values(fields, filter, labels);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            fields.wrong("to", "OUT_OF_RANGE", "is before the first day");
        }
        let until = to.map(|to| to + 1);
        Some((Period { from, until }, only))
    })
}

/// A day; none when it is not given, or wrong.
fn day(fields: &mut Fields, name: &str, text: &str) -> Option<i32> {
    let date: chrono::NaiveDate = fields.parse_optional(name, text)??;
    let year = chrono::Datelike::year(&date);
    fields.within(name, year, &(1900..=9999))?;
    Some(number(date))
}

fn values(
    fields: &mut Fields,
    filter: &Filter,
    labels: &[&'static str],
) -> Vec<(&'static str, Vec<String>)> {
    let all: [(&'static str, &'static str, &Vec<String>); 17] = [
        ("topics", "topic", &filter.topics),
        ("channels", "channel", &filter.channels),
        ("sources", "source", &filter.sources),
        ("campaigns", "campaign", &filter.campaigns),
        ("activities", "activity", &filter.activities),
        ("partners", "partner", &filter.partners),
        ("agents", "agent", &filter.agents),
        ("temperatures", "temperature", &filter.temperatures),
        ("kinds", "kind", &filter.kinds),
        ("stages", "stage", &filter.stages),
        ("reasons", "reason", &filter.reasons),
        ("phases", "phase", &filter.phases),
        ("models", "model", &filter.models),
        ("ages", "age", &filter.ages),
        ("paths", "path", &filter.paths),
        ("from_channels", "from_channel", &filter.from_channels),
        ("to_channels", "to_channel", &filter.to_channels),
    ];
    let mut only = Vec::new();
    for (field, label, values) in all {
        if values.is_empty() {
            continue;
        }
        if !labels.contains(&label) {
            let why = format!("is not known here; known are {}", labels.join(", "));
            fields.wrong(field, "UNSUPPORTED", why);
        }
        if values.len() > MOST_VALUES {
            fields.wrong(
                field,
                "TOO_MANY",
                format!("has more than {MOST_VALUES} values"),
            );
        }
        for value in values {
            fields.text_optional(field, value, LONGEST_VALUE);
        }
        only.push((label, values.clone()));
    }
    only
}

fn read_by(
    fields: &mut Fields,
    group_by: &[String],
    labels: &'static [&'static str],
    default: &[&str],
) -> Vec<By> {
    let mut by: Vec<By> = Vec::new();
    let asked: Vec<&str> = group_by.iter().map(String::as_str).collect();
    let asked = if asked.is_empty() { default } else { &asked };
    for (index, name) in asked.iter().enumerate() {
        let field = format!("group_by[{index}]");
        let label = labels.iter().find(|label| *label == name);
        let one = match (label, name.parse()) {
            (Some(label), _) => By::Label(label),
            (None, Ok(bucket)) => By::Bucket(bucket),
            (None, Err(_)) => {
                let known = labels.join(", ");
                let why = format!("is none of {known}, day, week, month, quarter, year");
                fields.wrong(&field, "UNKNOWN_LABEL", why);
                continue;
            }
        };
        let second_span =
            matches!(one, By::Bucket(_)) && by.iter().any(|other| matches!(other, By::Bucket(_)));
        if second_span || by.contains(&one) {
            fields.wrong(&field, "DUPLICATE", "is there already");
            continue;
        }
        by.push(one);
    }
    by
}
