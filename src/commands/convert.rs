//! `voxev convert`: events as JSON Lines, a JSON array, or a table.

use std::sync::Arc;

use super::captures::{captures, progress_target, threads, unconfigured};
use super::columns::columns;
use super::outputs;
use super::selection::selection;
use super::terminal::Terminal;
use super::write::{Write, Written};
use crate::cli::{ConvertArgs, Target};
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    Audience, CsvFormat, EventWriter, JsonArray, JsonLines, Output, Separator, Short, Table,
    summary,
};
use crate::pipeline::{self, Console};

/// Runs `voxev convert`.
pub(super) fn run(args: &ConvertArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    if !args.columns.is_empty() && matches!(args.to, Target::Json | Target::Jsonl) {
        return Err(Error::Usage("--columns needs --to csv or --to tsv".into()));
    }
    if args.spreadsheet && matches!(args.to, Target::Json | Target::Jsonl) {
        return Err(Error::Usage("--spreadsheet needs --to csv or --to tsv".into()));
    }
    let audience = if args.spreadsheet { Audience::Spreadsheet } else { Audience::Programs };
    let sources = captures(&args.input, terminal)?;
    outputs::check(outputs::of(&args.output), &sources, &[])?;
    let console = Console::new(progress_target(&sources, terminal));
    let bundle = Arc::new(Bundle::newest());
    let selection = selection(&args.selectors, &bundle, &sources)?;
    let (captures, validator) = unconfigured(bundle, sources, &args.input)?;
    let table = |separator| -> Result<Box<dyn EventWriter>, Error> {
        let (columns, left_out) = columns(&args.columns, &args.selectors.types, &validator.bundle)?;
        Ok(Box::new(Table { format: CsvFormat::new(separator, audience), columns, left_out }))
    };
    let writer: Box<dyn EventWriter> = match args.to {
        Target::Jsonl => Box::new(JsonLines),
        Target::Json => Box::new(JsonArray),
        Target::Csv => table(Separator::Comma)?,
        Target::Tsv => table(Separator::Tab)?,
    };
    let complaints = Short { style: terminal.stderr.clone() };
    let pass = Write { selection, writer, complaints };
    let output = Output::open(args.output.output.as_deref())?;
    let rejects = args.output.rejects.as_deref().map(|path| Output::open(Some(path)));
    let written = Written::new(&pass, output, rejects.transpose()?, &console)?;
    let done =
        pipeline::run(&captures, &pass, written, threads(&args.input), &console)?.finish()?;
    console.write(summary::converted(&done.totals).as_bytes());
    console.write(pass.writer.remark().as_bytes());
    console.write(summary::unsplit(&done.totals, &pass.selection).as_bytes());
    Ok(match done.totals.rejected {
        _ if done.is_incomplete => Outcome::Error,
        0 => Outcome::Success,
        _ => Outcome::Failure,
    })
}
