//! Output formats, one file each: a record in, bytes out. Writers neither count nor query the
//! environment.

mod baseline;
pub(crate) mod compressed;
mod csv;
mod diff;
mod events;
mod extraction;
mod figures;
mod file;
mod findings;
mod folder;
mod parquet;
mod reports;
mod rewrite;
pub(crate) mod summary;
#[cfg(test)]
mod tests;
mod unfinished;

pub(crate) use baseline::{Baseline, Entry};
pub(crate) use csv::{Audience, CsvFormat, Separator};
pub(crate) use diff::Diff;
pub(crate) use events::{
    Column, EXTRA, JsonArray, JsonLines, Layout, LeftOut, Naming, Oneline, Table,
};
pub(crate) use extraction::{account_json, account_text};
pub(crate) use figures::{
    Account, Choice, Earlier, Fit, Privacy, Read, ReportData, ReportOptions, Sort, StatsFormat,
    StatsOptions, Window, limits_listed, merged, report, tell,
};
pub(crate) use file::{Output, followed, is_stdout};
pub(crate) use findings::{
    FindingsJson, Format, Found, Github, Gitlab, Grouping, JUNIT_MOST, Junit, Pretty, Repetition,
    Reporter, SARIF_MOST, Sarif, Short, Showing, Shown, Stream, WrittenFindings,
};
pub(crate) use folder::OutputFolder;
pub(crate) use parquet::{ColumnEncoder, Destination, EventTable, Partitions, Rows, TYPE};
pub(crate) use reports::{ReportSpec, Reporting, Reports};
pub(crate) use rewrite::Rewrite;
pub(crate) use unfinished::temporary;

use crate::check::{Finding, Line, Record};

/// Turns records into output.
pub(crate) trait EventWriter: Sync {
    /// Text before the first record.
    fn begin(&self, _out: &mut Vec<u8>) {}

    /// Writes a record, or returns a finding that says why it cannot.
    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>>;

    /// Writes more of a line beyond the limit; returns false if the format has no such lines.
    fn rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        false
    }

    /// Text after the last record.
    fn end(&self, _out: &mut Vec<u8>) {}

    /// Notes for standard error about the records that were written.
    fn remark(&self) -> String {
        String::new()
    }

    /// Separator before each record except the first.
    fn separator(&self) -> &'static [u8] {
        b""
    }
}

/// Writes a single finding.
pub(crate) trait FindingFormat: Send + Sync {
    /// Appends `finding`, which is about `line`.
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>);
}
