//! `tributary config show`: the settings in force and where each came from.

use crate::{
    Failure,
    cli::{self, Sources},
    output::Output,
    setup,
};

pub(crate) fn run(
    sources: &Sources,
    command: &cli::Config,
    output: &mut Output,
) -> Result<(), Failure> {
    let cli::Config::Show = command;
    let shown = setup::settings_or_dev(sources, output)?.shown();
    let lines = shown
        .iter()
        .map(|(key, value, origin)| (format!("{key} = {value}"), origin));
    let lines: Vec<_> = lines.collect();
    // Long values would push all origins off the screen.
    let width = lines
        .iter()
        .map(|(line, _)| line.len())
        .filter(|it| *it <= 60)
        .max();
    for (line, origin) in &lines {
        output.line(&format!(
            "{line:<width$}  # {origin}",
            width = width.unwrap_or_default()
        ));
    }
    Ok(())
}
