//! Figures beside their targets.

use std::time::Duration;

use anyhow::Result;

use super::{Figures, resident_peak};
use crate::{figures::percentile, identities::Size};

/// A figure, and the limit on one side of it.
struct Line {
    name: &'static str,
    value: f64,
    unit: &'static str,
    limit: Limit,
}

enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

/// The lines of a report. `first_usual` is the usual time of the first size, with which those of
/// others are compared.
pub fn report(figures: &mut Figures, first_usual: &mut Option<Duration>) -> Result<Vec<String>> {
    let usual = percentile(&mut figures.decisions, 0.5);
    let slow = percentile(&mut figures.decisions, 0.99);
    let times = usual.as_secs_f64() / first_usual.get_or_insert(usual).as_secs_f64();
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let made = figures.making_rate();
    let bulk = figures.bulk_rate();
    let stored = megabytes(figures.bytes());
    let resident = megabytes(resident_peak()?);
    let lines = [
        at_least("made up", made, "leads/s", 100_000.0),
        at_most("decision p50", millis(usual), "ms", 2.0),
        at_most("decision p99", millis(slow), "ms", 15.0),
        at_most("p50, of the first size", times, "times", 1.5),
        at_least("in bulk, durable", bulk, "leads/s", 3_000.0),
        at_most("storage with indexes", stored, "MB", 8_000.0),
        at_most("resident at most", resident, "MB", 300.0),
    ];
    let population = format!(
        "{} leads of {} persons, {} keys, {} words of names; loaded in {:.0} s",
        figures.size,
        figures.persons,
        figures.keys,
        figures.words,
        figures.loading.as_secs_f64()
    );
    let found = format!(
        "known persons found      {} of {}, {} given to others",
        figures.found, figures.known, figures.wrong
    );
    let mut all = vec![population];
    all.extend(lines.iter().map(Line::shown));
    all.extend(figures.sizes.iter().map(table));
    all.push(found);
    Ok(all)
}

fn at_most(name: &'static str, value: f64, unit: &'static str, limit: f64) -> Line {
    let limit = Limit::AtMost(limit);
    Line {
        name,
        value,
        unit,
        limit,
    }
}

fn at_least(name: &'static str, value: f64, unit: &'static str, limit: f64) -> Line {
    let limit = Limit::AtLeast(limit);
    Line {
        name,
        value,
        unit,
        limit,
    }
}

impl Line {
    fn shown(&self) -> String {
        let (is_met, target) = match self.limit {
            Limit::AtMost(limit) => (self.value <= limit, format!("≤ {limit}")),
            Limit::AtLeast(limit) => (self.value >= limit, format!("≥ {limit}")),
        };
        let met = if is_met { "met" } else { "MISSED" };
        let Self {
            name, value, unit, ..
        } = self;
        format!("{name:<24} {value:>10.2} {unit:<8} target {target}: {met}")
    }
}

fn table(size: &Size) -> String {
    let (rows, indexes) = (megabytes(size.rows), megabytes(size.indexes));
    format!("{:<24} {rows:.0} MB, indexes {indexes:.0} MB", size.table)
}

#[expect(clippy::cast_precision_loss, reason = "bytes far below 2^52")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_target() {
        for (line, met) in [
            (at_most("p50", 2.0, "ms", 2.0), "met"),
            (at_most("p50", 2.1, "ms", 2.0), "MISSED"),
            (at_least("bulk", 3_000.0, "leads/s", 3_000.0), "met"),
            (at_least("bulk", 2_999.0, "leads/s", 3_000.0), "MISSED"),
        ] {
            let shown = line.shown();
            assert!(shown.ends_with(met), "{shown}");
        }
    }
}
