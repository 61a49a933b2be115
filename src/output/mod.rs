//! Output formats, one a file: a record in, bytes out. Sinks count nothing and ask nothing.

mod baseline;
pub(crate) mod compressed;
mod csv;
mod events;
mod extraction;
mod figures;
mod file;
mod findings;
mod reports;
pub(crate) mod summary;
#[cfg(test)]
mod tests;
mod unfinished;

pub(crate) use baseline::{Baseline, Entry};
pub(crate) use csv::{Audience, CsvFormat, Separator};
pub(crate) use events::{
    Column, EXTRA, JsonArray, JsonLines, Layout, LeftOut, Naming, Oneline, Table,
};
pub(crate) use extraction::{account_json, account_text};
pub(crate) use figures::{By, Sort, StatsFormat, StatsOptions, Window, merged};
pub(crate) use file::{Output, followed, is_stdout};
pub(crate) use findings::{
    FindingsJson, Format, Found, Github, Gitlab, JUNIT_MOST, Junit, Pretty, Reporter, SARIF_MOST,
    Sarif, Short, Stream,
};
pub(crate) use reports::{ReportSpec, Reporting, Reports};

use crate::check::{Finding, Line, Record};

/// Turns records into output.
pub(crate) trait EventWriter: Sync {
    /// What stands before everything.
    fn begin(&self, _out: &mut Vec<u8>) {}

    /// Writes a record, or says in a finding why it cannot.
    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>>;

    /// Writes more of a line beyond the limit; false where the writer takes no such line.
    fn rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        false
    }

    /// What stands after everything.
    fn end(&self, _out: &mut Vec<u8>) {}

    /// What there is to say on standard error of the records that were written.
    fn remark(&self) -> String {
        String::new()
    }

    /// What every record begins with; it is left out before the first.
    fn separator(&self) -> &'static [u8] {
        b""
    }
}

/// How one finding is written.
pub(crate) trait FindingFormat: Send + Sync {
    /// Appends `finding`, which is about `line`.
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>);
}
