//! Lines of a check, and how they end.

/// One thing that was looked at.
pub(crate) struct Line {
    area: &'static str,
    good: bool,
    text: String,
}

impl Line {
    pub(crate) fn good(area: &'static str, text: &str) -> Self {
        Self {
            area,
            good: true,
            text: text.to_owned(),
        }
    }

    /// `way_out` is empty if the text itself says what to do.
    pub(crate) fn bad(area: &'static str, text: &str, way_out: &str) -> Self {
        let text = match way_out {
            "" => text.to_owned(),
            _ => format!("{text}.  Do: {way_out}"),
        };
        Self {
            area,
            good: false,
            text,
        }
    }
}

#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

impl Report {
    pub(crate) fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub(crate) fn failed(&self) -> bool {
        self.failures() > 0
    }

    fn failures(&self) -> usize {
        self.lines.iter().filter(|line| !line.good).count()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let shown = |line: &Line| {
            let mark = if line.good { '√' } else { '×' };
            format!("{:<10} {mark} {}", line.area, line.text)
        };
        let mut lines: Vec<String> = self.lines.iter().map(shown).collect();
        lines.push(match self.failures() {
            0 => format!("Status: all {} checks passed.", self.lines.len()),
            failed => format!("Status: {failed} of {} checks failed.", self.lines.len()),
        });
        lines
    }
}

/// An error with what caused it, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failing_lines_end_in_what_to_do() {
        let mut report = Report::default();
        report.add(Line::good("settings", "71 known"));
        assert!(!report.failed());
        report.add(Line::bad(
            "database",
            "deals: 2 migrations pending",
            "run it",
        ));
        assert!(report.failed());
        assert_eq!(
            report.lines(),
            [
                "settings   √ 71 known",
                "database   × deals: 2 migrations pending.  Do: run it",
                "Status: 1 of 2 checks failed.",
            ]
        );
    }
}
