//! What a scan found: a line per record for a spreadsheet, a summary for people.

use std::{fs::File, path::Path, time::Duration};

use anyhow::Context;
use proto::intake::v1::{ScanSummary, ScannedLead, Verdict};

use crate::print::{percent, row};

/// Examples that are shown of what is unsure, and of what is bad.
const EXAMPLES: usize = 10;

const HEADER: [&str; 7] = [
    "index",
    "verdict",
    "reason",
    "lead_id",
    "same_as_record",
    "probability",
    "problem",
];

pub(super) struct Report {
    out: Option<csv::Writer<File>>,
    /// Records of the file so far.
    records: u64,
    unreadable: u64,
    /// Numbers in the file of those that the server judged, from 1.
    numbers: Vec<u64>,
    /// Those of which an earlier record of the file is the same person's, or says the same.
    doubles: u64,
    unsure: Vec<String>,
    bad: Vec<String>,
}

impl Report {
    pub(super) fn open(out: Option<&Path>) -> anyhow::Result<Self> {
        let out = match out {
            Some(path) => {
                let file = File::create(path).with_context(|| path.display().to_string())?;
                let mut out = csv::Writer::from_writer(file);
                out.write_record(HEADER)?;
                Some(out)
            }
            None => None,
        };
        Ok(Self {
            out,
            records: 0,
            unreadable: 0,
            numbers: Vec::new(),
            doubles: 0,
            unsure: Vec::new(),
            bad: Vec::new(),
        })
    }

    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Notes a record that never came to the server.
    pub(super) fn unreadable(&mut self, problem: &str) -> anyhow::Result<()> {
        self.records += 1;
        self.unreadable += 1;
        example(&mut self.bad, self.records, problem);
        let cells = [
            (0, self.records.to_string()),
            (1, "bad".to_owned()),
            (6, problem.to_owned()),
        ];
        self.write(&cells)
    }

    /// Notes what the server says of the next record.
    pub(super) fn lead(&mut self, lead: &ScannedLead) -> anyhow::Result<()> {
        self.records += 1;
        self.numbers.push(self.records);
        let same_as = lead.same_as.map(|index| self.number(index));
        self.doubles += u64::from(same_as.is_some() && lead.problems.is_empty());
        let problem = self.problem(lead);
        if !lead.problems.is_empty() {
            example(&mut self.bad, self.records, &problem);
        } else if !problem.is_empty() {
            example(&mut self.unsure, self.records, &problem);
        }
        let probability = match lead.probability_ppm {
            0 => String::new(),
            ppm => percent(ppm),
        };
        let same_as = same_as.map(|number| number.to_string());
        self.write(&[
            (0, self.records.to_string()),
            (1, verdict(lead)),
            (2, lead.reason.clone()),
            (3, lead.lead_id.clone()),
            (4, same_as.unwrap_or_default()),
            (5, probability),
            (6, problem),
        ])
    }

    /// What somebody should look at before the import.
    fn problem(&self, lead: &ScannedLead) -> String {
        let problems = lead.problems.iter();
        let problems: Vec<String> = problems
            .map(|it| {
                format!(
                    "{}: {}",
                    it.field.trim_start_matches("lead."),
                    it.description
                )
            })
            .collect();
        let candidates = lead.candidates.iter();
        let candidates: Vec<String> = candidates
            .map(|it| {
                let whose = match (it.lead_id.as_str(), it.same_as) {
                    ("", Some(index)) => format!("record {}", self.number(index)),
                    ("", None) => it.identity_id.clone(),
                    (lead, _) => lead.to_owned(),
                };
                format!("{whose} ({})", percent(it.probability_ppm))
            })
            .collect();
        match (problems.as_slice(), candidates.as_slice()) {
            ([], []) => String::new(),
            ([], candidates) => format!("unsure: maybe {}", candidates.join(" or ")),
            (problems, _) => problems.join("; "),
        }
    }

    /// Where a record of the scan stands in the file.
    fn number(&self, index: i64) -> u64 {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        self.numbers.get(index).copied().unwrap_or_default()
    }

    fn write(&mut self, cells: &[(usize, String)]) -> anyhow::Result<()> {
        let Some(out) = &mut self.out else {
            return Ok(());
        };
        let cell = |column: usize| {
            let cell = cells.iter().find(|(of, _)| *of == column);
            cell.map(|(_, text)| harmless(text)).unwrap_or_default()
        };
        let row: Vec<String> = (0..HEADER.len()).map(cell).collect();
        Ok(out.write_record(row)?)
    }

    /// The summary, and examples of what to look at.
    pub(super) fn finish(
        mut self,
        summary: &ScanSummary,
        ignored: &[String],
        took: Duration,
    ) -> anyhow::Result<Vec<String>> {
        if let Some(out) = &mut self.out {
            out.flush()?;
        }
        let mut lines = vec![
            row(
                "records",
                &format!(
                    "{} in {:.1} s; nothing was stored",
                    self.records,
                    took.as_secs_f64()
                ),
            ),
            row(
                "persons",
                &format!(
                    "{}, of which {} are known already",
                    summary.persons, summary.known_persons
                ),
            ),
        ];
        for count in &summary.verdicts {
            lines.push(row(&lower(count.verdict()), &count.records.to_string()));
        }
        let bad = u64::try_from(summary.bad)?.saturating_add(self.unreadable);
        for (name, count, what) in [
            (
                "again",
                u64::try_from(summary.replayed)?,
                "came before under the same id",
            ),
            (
                "doubles",
                self.doubles,
                "are of a person of an earlier record, or say the same",
            ),
            (
                "unsure",
                u64::try_from(summary.unsure)?,
                "would be left to people: one person or two",
            ),
            ("bad", bad, "would be refused"),
        ] {
            if count > 0 {
                lines.push(row(name, &format!("{count} {what}")));
            }
        }
        if !ignored.is_empty() {
            lines.push(row("ignored", &format!("columns {}", ignored.join(", "))));
        }
        for (heading, examples) in [("Unsure", &self.unsure), ("Bad", &self.bad)] {
            if !examples.is_empty() {
                lines.push(String::new());
                lines.push(format!("{heading}, the first {}:", examples.len()));
                lines.extend(examples.iter().cloned());
            }
        }
        Ok(lines)
    }
}

fn example(examples: &mut Vec<String>, number: u64, problem: &str) {
    if examples.len() < EXAMPLES {
        examples.push(row(&format!("  {number}"), problem));
    }
}

fn verdict(lead: &ScannedLead) -> String {
    match (lead.problems.as_slice(), lead.replayed) {
        ([], false) => lower(lead.verdict()),
        ([], true) => "again".to_owned(),
        _ => "bad".to_owned(),
    }
}

fn lower(verdict: Verdict) -> String {
    let name = verdict.as_str_name();
    name.trim_start_matches("VERDICT_").to_lowercase()
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@cmd", "'@cmd"),
            ("-2", "'-2"),
            ("+371", "'+371"),
            ("99.98 %", "99.98 %"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }
}
