//! The file to scan, record by record.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, bail};
use proto::intake::v1::LeadInput;

use super::{json_lines::JsonLines, sheet::Sheet};

/// Bytes of one record; with limits of some thousand characters a field, no lead is as long.
pub(super) const RECORD_MAX: usize = 1 << 20;

/// What Windows programs write before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct Source {
    /// Of the whole file.
    pub(super) bytes: u64,
    form: Form,
}

enum Form {
    Sheet(Sheet),
    JsonLines(JsonLines),
}

impl Source {
    /// Opens a file: what begins with `{` is JSON lines, all else is CSV.
    pub(super) fn open(file: &Path) -> anyhow::Result<Self> {
        let opened = || -> anyhow::Result<Self> {
            let file = File::open(file)?;
            let bytes = file.metadata()?.len();
            let mut reader = BufReader::new(file);
            let begins = reader.fill_buf()?;
            if begins.starts_with(MARK) {
                reader.consume(MARK.len());
            }
            let begins = reader.fill_buf()?.trim_ascii_start();
            let form = match begins.first() {
                Some(b'{') => Form::JsonLines(JsonLines::new(reader)?),
                Some(b'[') => bail!("one JSON object per line is needed, not an array of them"),
                _ => Form::Sheet(Sheet::open(reader)?),
            };
            Ok(Self { bytes, form })
        };
        opened().with_context(|| file.display().to_string())
    }

    /// The next record, or why it cannot be read; none at the end.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Result<LeadInput, String>>> {
        match &mut self.form {
            Form::Sheet(sheet) => sheet.next(),
            Form::JsonLines(lines) => lines.next(),
        }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> u64 {
        match &self.form {
            Form::Sheet(sheet) => sheet.position(),
            Form::JsonLines(lines) => lines.position(),
        }
    }

    /// Columns of which nothing is made.
    pub(super) fn ignored(&self) -> Vec<String> {
        match &self.form {
            Form::Sheet(sheet) => sheet.ignored(),
            Form::JsonLines(lines) => lines.ignored(),
        }
    }
}
