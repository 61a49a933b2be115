//! `voxev convert`: events as JSON Lines, a JSON array, a table, or Parquet.

use std::sync::Arc;

use super::captures::{captures, progress_target, threads, unconfigured};
use super::columns::columns;
use super::outputs;
use super::parquet::{self, WriteParquet};
use super::selection::selection;
use super::terminal::Terminal;
use super::write::{Done, Write, Written};
use crate::cli::{ConvertArgs, Target};
use crate::contract::Bundle;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::output::{
    Audience, CsvFormat, EventWriter, JsonArray, JsonLines, Output, Separator, Short, Table,
    summary,
};
use crate::pipeline::{self, Console};
use crate::select::Selection;

/// Runs `voxev convert`.
pub(super) fn run(args: &ConvertArgs, terminal: &Terminal) -> Result<Outcome, Error> {
    check(args)?;
    let audience = if args.spreadsheet { Audience::Spreadsheet } else { Audience::Programs };
    let sources = captures(&args.input, terminal)?;
    outputs::check(outputs::of(&args.output), &sources, &[])?;
    let console = Console::new(progress_target(&sources, terminal));
    let bundle = Arc::new(Bundle::newest());
    let selection = selection(&args.selectors, &bundle, &sources)?;
    let (captures, validator) = unconfigured(bundle, sources, &args.input)?;
    let table = || columns(&args.columns, &args.selectors.types, &validator.bundle);
    let csv = |separator| -> Result<Box<dyn EventWriter>, Error> {
        let (columns, left_out) = table()?;
        Ok(Box::new(Table::new(CsvFormat::new(separator, audience), columns, left_out)))
    };
    let complaints = Short { style: terminal.stderr.clone() };
    let writer: Box<dyn EventWriter> = match args.to {
        Target::Jsonl => Box::new(JsonLines),
        Target::Json => Box::new(JsonArray),
        Target::Csv => csv(Separator::Comma)?,
        Target::Tsv => csv(Separator::Tab)?,
        Target::Parquet => {
            let pass = WriteParquet::new(selection, args, table()?, complaints)?;
            let done = pass.run(&captures, args, threads(&args.input), &console)?;
            return Ok(ended(&done, &pass.selection, &pass.table.remark(), &console));
        }
    };
    let pass = Write::new(selection, writer, complaints);
    let output = Output::open(args.output.output.as_deref())?;
    let rejects = args.output.rejects.as_deref().map(|path| Output::open(Some(path)));
    let written = Written::new(&pass, output, rejects.transpose()?, &console)?;
    let done =
        pipeline::run(&captures, &pass, written, threads(&args.input), &console)?.finish()?;
    Ok(ended(&done, &pass.selection, &pass.writer.remark(), &console))
}

/// Refuses options that the format does not have.
fn check(args: &ConvertArgs) -> Result<(), Error> {
    let refused = |why: &str| Err(Error::Usage(why.to_owned()));
    match args.to {
        Target::Json | Target::Jsonl if !args.columns.is_empty() => {
            refused("--columns needs --to csv, --to tsv or --to parquet")
        }
        Target::Json | Target::Jsonl | Target::Parquet if args.spreadsheet => {
            refused("--spreadsheet needs --to csv or --to tsv")
        }
        Target::Parquet => parquet::check(args),
        Target::Json | Target::Jsonl | Target::Csv | Target::Tsv if args.partition_by.is_some() => {
            refused("--partition-by needs --to parquet")
        }
        Target::Json | Target::Jsonl | Target::Csv | Target::Tsv => Ok(()),
    }
}

/// Says what was not converted, and returns the exit code.
fn ended(done: &Done, selection: &Selection, remark: &str, console: &Console) -> Outcome {
    console.write(summary::converted(&done.totals).as_bytes());
    console.write(remark.as_bytes());
    console.write(summary::unsplit(&done.totals, selection).as_bytes());
    match done.totals.rejected {
        _ if done.is_incomplete => Outcome::Error,
        0 => Outcome::Success,
        _ => Outcome::Failure,
    }
}
