//! The report: calls and their audio quality as one HTML file, which loads nothing and sends nothing.
//!
//! Templates escape whatever is not [`svg::Svg`] or [`policy::Code`], which are ours. The script draws
//! the table of calls from data; without it, the worst calls are in the table.

mod call;
mod distribution;
mod findings;
mod group;
mod method;
mod overview;
mod period;
mod policy;
mod privacy;
mod rows;
mod series;
mod svg;
mod text;

use std::fmt::{self, Display};

use askama::Template;
use askama::filters::HtmlSafe;

use super::account::Account;
use super::options::StatsOptions;
use super::tell::no_calls;
use crate::calls::timeline::Timeline;
use crate::check::{Finding, Totals};
use crate::contract::Bundle;
use crate::error::Error;
use crate::text::thousands;
use call::Teller;
use policy::{Code, Policy, policy};
pub(crate) use privacy::Privacy;
use text::bounded;

/// What a report is asked for.
#[derive(Debug)]
pub(crate) struct ReportOptions {
    pub(crate) stats: StatsOptions,
    pub(crate) title: String,
    /// When it was made, in milliseconds of the Unix epoch, if it shall say so.
    pub(crate) made_at: Option<i64>,
    /// The command line, without personal values.
    pub(crate) command: String,
    pub(crate) privacy: Privacy,
    /// What tells the key of the replacements from others, if it is one that is kept.
    pub(crate) key_name: Option<String>,
}

/// What a report is made from.
pub(crate) struct ReportData<'a> {
    pub(crate) account: &'a Account<'a>,
    pub(crate) totals: &'a Totals,
    pub(crate) captures: &'a [String],
    /// The first findings, each with the index of its capture.
    pub(crate) findings: &'a [(usize, Finding)],
    /// Of the worst calls, in their order.
    pub(crate) timelines: &'a [Timeline],
}

const STYLE: Code = Code(include_str!("../../../../templates/report/style.css"));
const SCRIPT: Code = Code(include_str!("../../../../templates/report/script.js"));

/// Bytes of the title.
const TITLE_BYTES: usize = 300;

/// Text that is HTML or JSON already, and safe where it is put.
struct Done(String);

impl Display for Done {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Done {}

/// The page.
#[derive(Template)]
#[template(path = "report/page.html")]
struct Page {
    title: String,
    policy: Policy,
    style: Code,
    script: Code,
    extent: String,
    notices: Vec<String>,
    formula: &'static str,
    cards: Vec<overview::Card>,
    bands: Vec<overview::BarRow>,
    histograms: Vec<distribution::Histogram>,
    limits: Vec<overview::BarRow>,
    missing: Vec<overview::Missing>,
    periods: Option<period::Periods>,
    undated: Option<String>,
    changes: Option<group::Changes>,
    groups: Option<group::Groups>,
    table: rows::CallTable,
    data: Done,
    calls: Vec<Done>,
    findings: findings::Findings,
    figures: Vec<method::Fact>,
    made: Vec<method::Fact>,
}

/// The report as HTML. Where there is no call to tell of, that is an error.
pub(crate) fn report(options: &ReportOptions, data: &ReportData<'_>) -> Result<String, Error> {
    let ReportData { account, totals, captures, findings, timelines } = *data;
    let ReportOptions { stats, privacy, .. } = options;
    let overview = &account.overview;
    if overview.calls == 0 {
        return Err(Error::Usage(no_calls(stats, overview)));
    }
    let rows = rows::Rows { options: stats, privacy, told: timelines.len(), calls: overview.calls };
    let mut table = rows.table(account.rows(stats));
    let json = Done(std::mem::take(&mut table.json));
    let comparison = &account.comparison;
    let page = Page {
        title: bounded(&options.title, TITLE_BYTES),
        policy: policy(SCRIPT, STYLE),
        style: STYLE,
        script: SCRIPT,
        extent: overview::extent(stats, overview),
        notices: notices(options, account, totals),
        formula: stats.formula.name(),
        cards: overview::cards(overview),
        bands: overview::bands(&overview.quality),
        histograms: distribution::histograms(&overview.quality, &stats.limits),
        limits: overview::limits(&stats.limits, &overview.judgement, overview.calls),
        missing: overview::missing(&overview.quality),
        periods: period::periods(stats, account.entries()),
        undated: (overview.quality.undated > 0).then(|| thousands(overview.quality.undated)),
        changes: group::changes(stats, &comparison.all, &comparison.groups, privacy),
        groups: group::groups(stats, &account.groups, privacy),
        table,
        data: json,
        calls: told(options, account, timelines)?,
        findings: findings::findings(totals, findings, captures, privacy),
        figures: method::figures(options),
        made: method::made(options, captures),
    };
    page.render().map_err(|error| not_rendered(&error))
}

/// The worst calls in full.
fn told(
    options: &ReportOptions,
    account: &Account<'_>,
    timelines: &[Timeline],
) -> Result<Vec<Done>, Error> {
    let ReportOptions { stats, privacy, .. } = options;
    let teller = Teller { options: stats, privacy, bundle: Bundle::newest() };
    let rows = account.rows(stats).zip(timelines).zip(1..);
    let told = rows.map(|((row, timeline), number)| teller.tell(number, &row, timeline).map(Done));
    told.collect::<Result<_, _>>().map_err(|error| not_rendered(&error))
}

/// Writing to memory does not fail.
fn not_rendered(error: &askama::Error) -> Error {
    Error::Usage(format!("cannot make the report: {error}; please report this as a bug"))
}

/// What whoever reads the report must know before anything else.
fn notices(options: &ReportOptions, account: &Account<'_>, totals: &Totals) -> Vec<String> {
    let mut notices = Vec::new();
    let mut some = |number: u64, one: &str, more: &str| match number {
        0 => {}
        1 => notices.push(format!("1 {one}")),
        number => notices.push(format!("{} {more}", thousands(number))),
    };
    some(
        totals.damaged,
        "capture is damaged; what could be read of it is in this report.",
        "captures are damaged; what could be read of them is in this report.",
    );
    some(
        account.overview.undated_left_out,
        "call is excluded because it has no timestamp.",
        "calls are excluded because they have no timestamp.",
    );
    if !options.privacy.replaces() {
        notices.push("This report shows personal data as it is in the captures.".into());
    }
    notices
}
