//! What the commands say to the person who typed them.

use std::io::{self, Write};

/// Standard output and standard error, or what stands for them.
pub(crate) struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
}

impl Output {
    pub(crate) fn of_process() -> Self {
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
        }
    }

    /// A line of the result. A reader that has gone (`| head`) is no failure.
    pub(crate) fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    /// A line beside the result.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Why it did not work.
    pub(crate) fn error(&mut self, text: &str) {
        self.note(&format!("error: {text}"));
    }
}
