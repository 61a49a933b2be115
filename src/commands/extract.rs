//! `voxev extract`: payloads found in any text, and an account of every line.

use std::io::Read;

use super::captures::{named, progress_target};
use super::outputs;
use super::terminal::Terminal;
use crate::capture::{Damage, Source};
use crate::check::{Limits, Validator};
use crate::cli::{AccountFormat, ExtractArgs};
use crate::contract::{Bundle, Policy};
use crate::error::Error;
use crate::extract::{Account, Batch, ExtractSettings, Extractor, Names};
use crate::outcome::Outcome;
use crate::output::{Output, account_json, account_text};
use crate::pipeline::Console;

/// Runs `voxev extract`.
pub(super) fn run(args: &ExtractArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    let sources = named(&args.files, terminal)?;
    let mut written = vec![outputs::Output::main(args.output.as_deref())];
    written.extend(args.rejects.iter().map(|path| outputs::Output::new("--rejects", path)));
    outputs::check(written, &sources, &[])?;
    let validator = Validator::new(Bundle::newest(), Policy::default(), limits(args));
    let names = Names::new(&validator.bundle);
    let settings = ExtractSettings {
        validator: &validator,
        names: &names,
        max_payload_bytes: args.max_payload_bytes,
        keeps_rejects: args.rejects.is_some(),
    };
    let rejects = args.rejects.as_deref();
    let mut run = Run {
        settings,
        console: Console::new(progress_target(&sources, terminal)),
        output: Output::open(args.output.as_deref())?,
        rejects: rejects.map(|path| Output::open(Some(path))).transpose()?,
        account: Account::default(),
        is_incomplete: false,
        is_damaged: false,
    };
    for source in sources {
        run.capture(source)?;
    }
    run.finish(args.format)
}

/// A payload is judged as `validate` judges a line of any length: the length is limited already.
fn limits(args: &ExtractArgs) -> Limits {
    Limits { max_line_bytes: args.max_payload_bytes.saturating_mul(2), ..Limits::default() }
}

/// A run over all captures.
struct Run<'a> {
    settings: ExtractSettings<'a>,
    console: Console,
    output: Output,
    rejects: Option<Output>,
    account: Account,
    /// Whether a capture could not be read.
    is_incomplete: bool,
    /// Whether a compressed capture could be read in part.
    is_damaged: bool,
}

impl Run<'_> {
    fn capture(&mut self, source: Result<Source, Error>) -> Result<(), Error> {
        let opened = source.and_then(|source| Ok((source.name(), source.open()?)));
        let (name, reader) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.is_incomplete = true;
                self.console.say(&error.to_string());
                return Ok(());
            }
        };
        self.output.end_line()?;
        self.account.begin(&name);
        self.console.begin_capture(reader.meter());
        let reader = Watched { reader, console: &self.console };
        let mut extractor = Extractor::new(reader, self.settings, &mut self.account);
        let mut batch = Batch::default();
        loop {
            let read = extractor.read(&mut batch);
            self.output.write(&batch.taken)?;
            if let Some(rejects) = &mut self.rejects {
                rejects.write(&batch.rejects)?;
            }
            batch.clear();
            match read {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(source) => {
                    let error = match source.downcast::<Damage>() {
                        Ok(damage) => {
                            self.is_damaged = true;
                            damage.error(&name, None, b"")
                        }
                        Err(source) => {
                            self.is_incomplete = true;
                            Error::Read { capture: name, source }
                        }
                    };
                    self.console.say(&error.to_string());
                    return Ok(());
                }
            }
        }
    }

    fn finish(self, format: AccountFormat) -> Result<Outcome, Error> {
        self.console.end();
        if !self.is_incomplete {
            self.output.finish()?;
            self.rejects.map_or(Ok(()), Output::finish)?;
        }
        let mut text = Vec::new();
        match format {
            AccountFormat::Text => account_text(&self.account, &mut text),
            AccountFormat::Json => account_json(&self.account, &mut text),
        }
        self.console.write(&text);
        Ok(match &self.account {
            _ if self.is_incomplete || self.is_damaged => Outcome::Error,
            account if account.lost_events > 0 || account.payloads == 0 => Outcome::Failure,
            _ => Outcome::Success,
        })
    }
}

/// Says how far the reading has come.
struct Watched<'a, R> {
    reader: R,
    console: &'a Console,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.console.advance(count);
        Ok(count)
    }
}
