//! The cases: lines of shell, in which `{}` stands for the captures of the list.

use voxev::{EventId, Rule};

use super::record::fnv;
use super::run::{Reads, Variant};
use crate::support::{captures, fixtures};

/// A line of shell, and what must not matter to it.
pub(super) struct Case {
    pub(super) line: String,
    reads: Reads,
    /// Of the variants, so many are run.
    most_variants: usize,
}

impl Case {
    /// Those that are run, or all that there are.
    pub(super) fn variants(&self, are_all: bool) -> Vec<Variant> {
        let most = if are_all { usize::MAX } else { self.most_variants };
        self.reads.variants(most, fnv(self.line.as_bytes()))
    }

    /// A name for the folder of its outputs, the same in every checkout.
    pub(super) fn folder(&self) -> String {
        let is_plain = |one: char| one.is_ascii_alphanumeric() || "-.".contains(one);
        let name: String =
            self.line.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
        let hash = fnv(self.line.as_bytes()) >> 32;
        format!("{}-{hash:08x}", name.chars().take(80).collect::<String>())
    }
}

/// Every case, in the order of the record.
pub(super) fn all() -> Vec<Case> {
    const CLEAN: (&[&str], Reads, usize) = (&["clean.jsonl"], Reads::Capture, 1);
    const FAULTY: (&[&str], Reads, usize) = (&["faulty.jsonl"], Reads::Capture, 2);
    const LARGE: (&[&str], Reads, usize) = (&["large.jsonl"], Reads::Capture, 3);
    const FIXTURES: (&[&str], Reads, usize) = (&["fixtures"], Reads::Files, 1);
    // Without the one that is cut: it makes the exit code 2, and no file is written then.
    const WHOLE: (&[&str], Reads, usize) = (&["'fixtures/**/*.jsonl'"], Reads::Files, 1);
    const PAIRS: (&[&str], Reads, usize) =
        (&["clean.jsonl faulty.jsonl", "faulty.jsonl clean.jsonl"], Reads::Captures, 2);
    const TWICE: (&[&str], Reads, usize) = (&["faulty.jsonl", "large.jsonl"], Reads::Captures, 2);
    const NOTHING: (&[&str], Reads, usize) = (&[""], Reads::Nothing, 0);
    let groups = [
        each(VALIDATE, FAULTY),
        each(VALIDATE_ANY, CLEAN),
        each(VALIDATE_ANY, FIXTURES),
        each(VALIDATE_FIXTURES, FIXTURES),
        each(VALIDATE_LARGE, LARGE),
        each(VALIDATE_TWICE, TWICE),
        each(FILTER, CLEAN),
        each(FILTER, FAULTY),
        each(FILTER_ANY, WHOLE),
        each(FILTER_ANY, LARGE),
        each(PRETTY, CLEAN),
        each(PRETTY, FAULTY),
        each(PRETTY_ANY, WHOLE),
        each(CONVERT, CLEAN),
        each(CONVERT, FAULTY),
        each(CONVERT_ANY, WHOLE),
        each(CONVERT_ANY, LARGE),
        each(STATS, CLEAN),
        each(STATS, FAULTY),
        each(STATS_ANY, WHOLE),
        each(STATS_ANY, LARGE),
        each(CUT, FIXTURES),
        each(SEVERAL, PAIRS),
        each(TOGETHER, (&[""], Reads::Captures, 3)),
        each(CONFIGURED, (&[""], Reads::Files, 1)),
        each(GENERATE, NOTHING),
        each(COMPLAINTS, NOTHING),
        each(SELF, NOTHING),
        each(HELP, (COMMANDS, Reads::Nothing, 0)),
        each(EXPLAIN, (&topics(), Reads::Nothing, 0)),
        each(SCHEMA, (&events(), Reads::Nothing, 0)),
        fixture_by_fixture(),
    ];
    groups.into_iter().flatten().collect()
}

/// Each of the lines with each of the names.
fn each(lines: &[&str], (names, reads, most_variants): (&[&str], Reads, usize)) -> Vec<Case> {
    let of = |name: &&str| {
        let fill = |line: &&str| Case { line: line.replace("{}", name), reads, most_variants };
        lines.iter().map(fill).collect::<Vec<_>>()
    };
    names.iter().flat_map(of).collect()
}

fn events() -> Vec<&'static str> {
    EventId::all().map(EventId::name).collect()
}

fn topics() -> Vec<&'static str> {
    events().into_iter().chain(Rule::ALL.map(Rule::code)).collect()
}

fn fixture_by_fixture() -> Vec<Case> {
    let mut paths = captures("");
    paths.push(fixtures().join("invalid/damaged-stream.jsonl.gz"));
    paths.sort();
    let name = |path: &std::path::PathBuf| {
        let below = path.strip_prefix(fixtures()).expect("it is below");
        format!("fixtures/{}", below.display())
    };
    let names: Vec<String> = paths.iter().map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    each(
        &["voxev validate --format json {}", "voxev validate --lifecycle --format short {}"],
        (&names, Reads::Nothing, 0),
    )
}

const VALIDATE: &[&str] = &[
    "voxev validate {}",
    "voxev validate --color always {}",
    "voxev validate --color never {}",
    "COLUMNS=50 voxev validate {}",
    "COLUMNS=160 voxev validate --color=always {}",
    "CLICOLOR_FORCE=1 voxev validate -f short {}",
    "CLICOLOR_FORCE=1 NO_COLOR=1 voxev validate -f short {}",
    "voxev validate --format short {}",
    "voxev validate --format json {}",
    "voxev validate --format github {}",
    "voxev validate --format gitlab {}",
    "voxev validate --format sarif {}",
    "voxev validate --format junit {}",
    "voxev validate --strict {}",
    "voxev validate --strict --format json {}",
    "voxev validate --strict --format short {}",
    "voxev validate --strict --format sarif {}",
    "voxev validate --no-strict --format short {}",
    "voxev validate --api 54 --format json {}",
    "voxev validate --api 64 --format json {}",
    "voxev validate --api 64 --strict --format short {}",
    "voxev validate --api 66 --format json {}",
    "voxev validate --api 67 --format json {}",
    "voxev validate --deny observed-value,connector-shape --format short {}",
    "voxev validate --warn missing-property --deny negative-packets-lost --format json {}",
    "voxev validate --allow missing-property,unknown-event --warn undocumented-property {}",
    "voxev validate --lifecycle --format pretty {}",
    "voxev validate --lifecycle --format json {}",
    "voxev validate --lifecycle --format short {}",
    "voxev validate --lifecycle --format sarif {}",
    "voxev validate --lifecycle --strict --format short {}",
    "voxev validate --lifecycle --deny lifecycle/hold --allow lifecycle/flag --format json {}",
    "voxev validate --lifecycle --type hold,resume --format short {}",
    "voxev validate --lifecycle --no-lifecycle --format short {}",
    "voxev validate --max-findings 0 {}",
    "voxev validate --max-findings 5 {}",
    "voxev validate --max-findings 7 --format short {}",
    "voxev validate --max-findings 3 --format json {}",
    "voxev validate --max-findings 3 --format github {}",
    "voxev validate --max-findings 3 --format gitlab {}",
    "voxev validate --max-findings 3 --format sarif {}",
    "voxev validate --max-findings 3 --format junit {}",
    "voxev validate --max-findings 100000 --format short {}",
    "voxev validate --fail-fast {}",
    "voxev validate --fail-fast --format json {}",
    "voxev validate --fail-fast --strict --lifecycle --format short {}",
    "voxev validate --fail-fast --format sarif {}",
    "voxev validate --type audiostats --format short {}",
    "voxev validate --type hold,resume,mute --format json {}",
    "voxev validate --any-type --type CALL_STARTED,callStarted --format short {}",
    "voxev validate --call-id f4edf774-9b98-461b-a8c8-0900ff308845 --format short {}",
    "voxev validate --call-id f4edf774-9b98-461b-a8c8-0900ff308845,69133d1e-1a4d-4695-abec-5ca82a5e7938 {}",
    "voxev validate --call-id 69133d1e-1a4d-4695-abec-5ca82a5e7938 -t audiostats -f json {}",
    "voxev validate -q {}",
    "voxev validate -q --format json {}",
    "voxev validate -qq {}",
    "voxev validate -qq --format sarif {}",
    "voxev validate -qq --strict --lifecycle --report junit=out/report.xml {}",
    "voxev validate --report sarif=out/report.sarif --report junit=out/report.xml {}",
    "voxev validate -f short --report github=out/github --report gitlab=out/gitlab.json {}",
    "voxev validate -q --report json=out/findings.json.gz --write-baseline out/known.json.zst {}",
    "voxev validate -f json --report pretty=out/pretty --report short=out/short --report json=out/json {}",
    "voxev validate --max-findings 4 --report short=out/short --report sarif=out/sarif -f junit {}",
    "GITHUB_STEP_SUMMARY=out/summary.md voxev validate --format github {}",
    "GITHUB_STEP_SUMMARY=out/summary.md voxev validate --strict --lifecycle --report github=out/github {}",
    "voxev validate --write-baseline out/known.json {}",
    "voxev validate --strict --lifecycle --write-baseline out/known.json --format short {}",
    "voxev validate --max-line-bytes 200 --format short {}",
    "voxev validate --max-line-bytes 16 --format json {}",
    "voxev validate --max-line-bytes 1KiB --lifecycle --format json {}",
    "voxev validate --max-depth 4 --format short {}",
    "voxev validate --max-depth 4 --max-line-bytes 300 --strict {}",
    "voxev validate --config overrides.toml --format short {}",
    "voxev validate --config overrides.toml --strict --no-lifecycle --format json {}",
    "voxev validate --config overrides.toml --api 54 --allow missing-property --format sarif {}",
    "voxev validate --no-config --format short {}",
    "voxev validate < {}",
    "voxev validate - < {}",
    "voxev validate --format short --lifecycle - < {}",
    "voxev validate --format json --strict - < {}",
    "voxev validate --format github - < {}",
    "voxev validate --format gitlab - < {}",
    "voxev validate --format sarif - < {}",
    "voxev validate --format junit - < {}",
    "voxev validate --write-baseline out/known.json - < {}",
    "voxev validate --config overrides.toml --format short - < {}",
];

/// Also over captures in which other things are wrong, or nothing is.
const VALIDATE_ANY: &[&str] = &[
    "voxev validate {}",
    "voxev validate --color always --strict --lifecycle {}",
    "voxev validate --format short {}",
    "voxev validate --format json {}",
    "voxev validate --format github {}",
    "voxev validate --format gitlab {}",
    "voxev validate --format sarif {}",
    "voxev validate --format junit {}",
    "voxev validate --strict --lifecycle --format json {}",
    "voxev validate --strict --lifecycle --format junit --report gitlab=out/gitlab.json {}",
    "voxev validate --lifecycle --format short {}",
    "voxev validate --api 54 --format json {}",
    "voxev validate --api 64 --strict --format short {}",
    "voxev validate --api 66 --format short {}",
    "voxev validate --api 67 --format json {}",
    "voxev validate --max-line-bytes 100 --format short {}",
    "voxev validate --max-depth 4 --format json {}",
    "voxev validate --fail-fast --format short {}",
    "voxev validate --type audiostats --format short {}",
    "voxev validate --write-baseline out/known.json {}",
    "voxev validate --config overrides.toml --format json {}",
    "voxev validate -q --deny undocumented-property --allow invalid-json {}",
    "voxev validate -qq {}",
];

/// More over the fixtures, in which everything is wrong that there is a rule for.
const VALIDATE_FIXTURES: &[&str] = &[
    "COLUMNS=50 voxev validate --max-findings 100000 {}",
    "voxev validate --max-findings 100000 --color always {}",
    "voxev validate --strict --max-findings 100000 {}",
    "voxev validate --strict --max-findings 100000 --format short {}",
    "voxev validate --lifecycle --max-findings 100000 {}",
    "voxev validate --lifecycle --format sarif {}",
    "voxev validate --max-findings 3 --format junit {}",
    "voxev validate --max-depth 1000 --format short {}",
    "voxev validate --warn invalid-json,invalid-utf8,wrong-type --format short {}",
    "voxev validate --allow lifecycle/hold --deny lifecycle/mute --lifecycle -f short {}/lifecycle",
    "voxev validate --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792 --format json {}",
    "voxev validate --any-type --type CALL_STARTED,oncallstarted --format json {}",
    "GITHUB_STEP_SUMMARY=out/summary.md voxev validate --format github {}/invalid",
    "voxev validate --format short '{}/**/call*.jsonl' {}/shapes {}/hostile/utf-16.jsonl",
    "voxev validate --format short {}/invalid missing.jsonl {}/valid",
    "voxev validate --write-baseline out/known.json {}/invalid; voxev validate --strict --baseline out/known.json --format short {}/invalid",
    "voxev validate --write-baseline out/known.json {}; voxev validate --baseline out/known.json {}/invalid {}/shapes",
];

const VALIDATE_LARGE: &[&str] = &[
    "voxev validate {}",
    "voxev validate --format json {}",
    "voxev validate --lifecycle --max-findings 100000 --format short {}",
    "voxev validate --strict --lifecycle --format sarif {}",
    "voxev validate --max-findings 300 --format short {}",
    "voxev validate --max-findings 300 --report junit=out/report.xml --format gitlab {}",
    "voxev validate --lifecycle --write-baseline out/known.json --format github {}",
    "voxev validate --max-line-bytes 16KiB --format json {}",
    "voxev validate --deny observed-value --allow invalid-json,unknown-event,missing-property,wrong-type,not-an-event,empty-call-id,duplicate-key,out-of-range,invalid-utf8,unexpected-value --fail-fast {}",
    "voxev validate --type note --format short {}",
    "voxev validate --format short - < {}",
    "voxev validate --lifecycle --format json < {}",
];

/// What reads the capture more than once, so that no pipe can be it.
const VALIDATE_TWICE: &[&str] = &[
    "voxev validate --write-baseline out/known.json {}; voxev validate --baseline out/known.json {}",
    "voxev validate --write-baseline out/known.json {}; voxev validate --strict --lifecycle --baseline out/known.json -f short {}",
    "voxev validate --type hold --write-baseline out/known.json {}; voxev validate --baseline out/known.json -f json --report sarif=out/sarif {}",
    "voxev validate --write-baseline out/known.json {}; voxev validate --baseline out/known.json --write-baseline out/known.json -q clean.jsonl",
    "voxev validate -f short {} {}",
    "voxev filter -c --type hold {} {}",
];

/// `filter`, on any capture.
const FILTER: &[&str] = &[
    "voxev filter --type hold {}",
    "voxev filter --type audiostats {}",
    "voxev filter -t mute -t unmute,flagraise {}",
    "voxev filter --any-type --type CALL_STARTED,holdd,hold {}",
    "voxev filter --call-id e89ca70b-d197-48b2-bb30-8ab50891b01b,f4edf774-9b98-461b-a8c8-0900ff308845 {}",
    "voxev filter --call-id ab7c9931-07f7-4baf-80bb-d39bfe22fc24 --call-id 68355c81-133f-414c-9a1b-f08c35ceb53b {}",
    "voxev filter --call-id 685ce1fd-51a9-4f03-abe5-1ac9a3421fc5,e89ca70b-d197-48b2-bb30-8ab50891b01b,1e82f81f-de31-488b-a614-438c7f68062e,7fdaa223-f39a-4092-b275-83ce510e281a,e4d1f4c1-ae84-46f9-ba03-a33faa075859,a13eb68d-52a2-4a6b-9ff8-905f1c73f65d --type transcript,hold {}",
    "voxev filter --call-id nobody {}",
    "voxev filter --where 'packetsLost>3' {}",
    "voxev filter --where 'packetsLost>=1' --where stats=inputChannelStats {}",
    "voxev filter --where 'roundTripTimeMillis<100' --where 'roundTripTimeMillis!=0' {}",
    "voxev filter --where 'content.text~order' {}",
    "voxev filter --where 'content.text~É' {}",
    "voxev filter --where sender.role=Supervisor {}",
    "voxev filter --where callType!=inbound --type callstarted {}",
    "voxev filter --where 'clientSentTimestamp<=1767601000000' {}",
    "voxev filter --since 2026-01-05T08:30:00Z {}",
    "voxev filter --until 1767601200000 {}",
    "voxev filter --since 2026-01-05T09:15:00+01:00 --until 2026-01-05T08:30:00Z --type transcript {}",
    "voxev filter --valid {}",
    "voxev filter --invalid {}",
    "voxev filter --valid --strict --api 64 {}",
    "voxev filter --invalid --deny observed-value,connector-shape --allow missing-property {}",
    "voxev filter --invalid --config overrides.toml {}",
    "voxev filter --valid --no-config --warn wrong-type --type hold {}",
    "voxev filter --invalid --max-line-bytes 200 {}",
    "voxev filter --invalid --max-depth 4 {}",
    "voxev filter -v --type audiostats {}",
    "voxev filter -v --call-id 685ce1fd-51a9-4f03-abe5-1ac9a3421fc5,7fdaa223-f39a-4092-b275-83ce510e281a {}",
    "voxev filter -v --invalid {}",
    "voxev filter -v --where 'packetsLost>0' {}",
    "voxev filter -m 0 --type hold {}",
    "voxev filter -m 3 --type hold {}",
    "voxev filter -m 5 -v --type audiostats {}",
    "voxev filter -m 4 --invalid {}",
    "voxev filter --count --type audiostats {}",
    "voxev filter -c -v --type audiostats {}",
    "voxev filter -c --invalid {}",
    "voxev filter -c -m 3 --type transcript {}",
    "voxev filter --around 1 --type flagraise {}",
    "voxev filter --around 3 --type hold,swap {}",
    "voxev filter --around 1000 --type note {}",
    "voxev filter --around 2 -m 2 --type hold {}",
    "voxev filter --around 2 --invalid {}",
    "voxev filter --around 2 -v --type audiostats {}",
    "voxev filter --around 1 --where 'packetsLost>3' --rejects out/rejects {}",
    "voxev filter --around 2 --type mute -o out/mute.jsonl {}",
    "voxev filter --type hold -o out/hold.jsonl {}",
    "voxev filter --type hold --rejects out/rejects {}",
    "voxev filter --invalid --rejects out/rejects -o out/invalid.jsonl {}",
    "voxev filter -v --type audiostats --rejects out/rejects.gz -o out/rest.jsonl.gz {}",
    "voxev filter --type transcript -o out/transcript.jsonl.zst {}",
    "voxev filter -c --type transcript -o out/count {}",
    "voxev filter --type nothing --any-type -o out/nothing.jsonl {}",
    "voxev filter --type hold < {}",
    "voxev filter --invalid - < {}",
    "voxev filter --around 0 --type hold - < {}",
];

const FILTER_ANY: &[&str] = &[
    "voxev filter --type hold {}",
    "voxev filter --type audiostats --where 'packetsLost>3' {}",
    "voxev filter --valid {}",
    "voxev filter --invalid {}",
    "voxev filter --invalid --strict --api 64 {}",
    "voxev filter -v --type audiostats {}",
    "voxev filter -m 7 --type hold {}",
    "voxev filter -c --valid {}",
    "voxev filter -c -v --type hold {}",
    "voxev filter --around 2 --type flagraise,swap {}",
    "voxev filter --around 20 --type note --where 'content.text~long' {}",
    "voxev filter --around 3 --invalid --rejects out/rejects -o out/around.jsonl {}",
    "voxev filter --call-id d7a9f1b7-fc17-43fe-8ca7-e584a2b34792,e89ca70b-d197-48b2-bb30-8ab50891b01b {}",
    "voxev filter --since 2020-01-01 --until 2026-01-05T08:30:00Z {}",
    "voxev filter --max-line-bytes 300 --valid --rejects out/rejects {}",
];

const PRETTY: &[&str] = &[
    "voxev pretty {}",
    "voxev pretty --color always {}",
    "COLUMNS=40 voxev pretty --color never {}",
    "voxev pretty --oneline {}",
    "voxev show --oneline --color always {}",
    "COLUMNS=60 voxev pretty --oneline --color never {}",
    "CLICOLOR_FORCE=1 voxev pretty --type hold {}",
    "NO_COLOR=1 voxev pretty --oneline --type transcript,note {}",
    "voxev pretty --type audiostats --call-id 685ce1fd-51a9-4f03-abe5-1ac9a3421fc5,7fdaa223-f39a-4092-b275-83ce510e281a {}",
    "voxev pretty --oneline --any-type --type HANGUP,callStarted {}",
    "voxev pretty --max-line-bytes 200 {}",
    "voxev pretty --oneline --max-depth 4 {}",
    "voxev pretty --oneline - < {}",
    "voxev pretty < {}",
];

const PRETTY_ANY: &[&str] = &[
    "voxev pretty {}",
    "voxev pretty --color always {}",
    "COLUMNS=60 voxev pretty --oneline {}",
    "voxev pretty --oneline --color always --type hold,audiostats,flagraise {}",
];

const CONVERT: &[&str] = &[
    "voxev convert --to jsonl {}",
    "voxev convert --to json {}",
    "voxev convert --to csv {}",
    "voxev convert --to tsv {}",
    "voxev convert --to csv --type audiostats {}",
    "voxev convert --to tsv --type transcript,note {}",
    "voxev convert --to json --type hold {}",
    "voxev convert --to jsonl --any-type --type HANGUP,hold {}",
    "voxev convert --to csv --call-id e89ca70b-d197-48b2-bb30-8ab50891b01b,69133d1e-1a4d-4695-abec-5ca82a5e7938 {}",
    "voxev convert --to csv --columns callId,packetsLost --type audiostats {}",
    "voxev convert --to tsv --columns detail.callId,extra,type {}",
    "voxev convert --to csv --columns content.text,sender.role,clientSentTimestamp --type transcript {}",
    "voxev convert --to jsonl --rejects out/rejects -o out/good.jsonl {}",
    "voxev convert --to json --rejects out/rejects -o out/events.json {}",
    "voxev convert --to csv --rejects out/rejects.gz -o out/table.csv.gz {}",
    "voxev convert --to tsv --rejects out/rejects.zst -o out/table.tsv.zst {}",
    "voxev convert --to csv --max-line-bytes 200 --rejects out/rejects {}",
    "voxev convert --to jsonl --max-depth 4 {}",
    "voxev convert --to json --type swap -o out/swap.json {}",
    "voxev convert --to csv < {}",
    "voxev convert --to json - < {}",
];

const CONVERT_ANY: &[&str] = &[
    "voxev convert --to jsonl --rejects out/rejects {}",
    "voxev convert --to json -o out/events.json {}",
    "voxev convert --to csv {}",
    "voxev convert --to tsv --type audiostats,callstarted --rejects out/rejects -o out/t.tsv {}",
    "voxev convert --to csv --columns type,callId,extra {}",
];

const STATS: &[&str] = &[
    "voxev stats {}",
    "voxev stats --by type {}",
    "voxev stats --by channel {}",
    "voxev stats --by capture {}",
    "voxev stats --by call --format csv {}",
    "voxev stats --by type --format csv {}",
    "voxev stats --by channel --format csv {}",
    "voxev stats --by capture --format csv {}",
    "voxev stats --by call --format json {}",
    "voxev stats --by type --format json {}",
    "voxev stats --by channel --format json {}",
    "voxev stats --by capture --format json {}",
    "voxev stats --sort mos --worst 5 {}",
    "voxev stats --sort loss --worst 5 {}",
    "voxev stats --sort rtt --worst 5 --format csv {}",
    "voxev stats --sort jitter --worst 5 --format csv {}",
    "voxev stats --sort lines --format csv {}",
    "voxev stats --sort holds --format csv {}",
    "voxev stats --sort flags --format csv {}",
    "voxev stats --sort first --format csv {}",
    "voxev stats --worst 0 {}",
    "voxev stats --mos salesforce --worst 10 {}",
    "voxev stats --mos emodel --worst 10 --format json {}",
    "voxev stats --mos twilio --by channel {}",
    "voxev stats --mos twilio --format csv {}",
    "voxev stats --limits twilio {}",
    "voxev stats --limits cqd --by channel {}",
    "voxev stats --limits teams --format json {}",
    "voxev stats --limits cisco --format csv {}",
    "voxev stats --limits 'loss>0.1%,mos<4.3,r<90,rtt>140,jitter>50' {}",
    "voxev stats --limits 'loss>0.1%' --sort loss --by capture --format json {}",
    "voxev stats --fail-on 'loss>1%,mos<3.5' {}",
    "voxev stats --fail-on 'loss>99%' --by type {}",
    "voxev stats --fail-on 'rtt>1' --limits twilio --format json {}",
    "voxev stats --call-id e89ca70b-d197-48b2-bb30-8ab50891b01b {}",
    "voxev stats --call-id f4edf774-9b98-461b-a8c8-0900ff308845 {}",
    "voxev stats --call-id ab7c9931-07f7-4baf-80bb-d39bfe22fc24,68355c81-133f-414c-9a1b-f08c35ceb53b {}",
    "voxev stats --call-id 68355c81-133f-414c-9a1b-f08c35ceb53b --format json {}",
    "voxev stats --call-id nobody {}",
    "voxev stats --type audiostats --worst 3 {}",
    "voxev stats --type transcript,hold --format csv {}",
    "voxev stats --since 2026-01-05T08:20:00Z --worst 3 {}",
    "voxev stats --until 1767600900000 --by channel {}",
    "voxev stats --since 2026-01-05T08:10:00Z --until 2026-01-05T08:20:00Z --format json {}",
    "voxev stats --since 2100-01-01 --format csv {}",
    "COLUMNS=50 voxev stats --worst 4 {}",
    "voxev stats --color always --limits twilio {}",
    "voxev stats --max-line-bytes 200 --by type {}",
    "voxev stats --max-depth 4 --format json {}",
    "voxev stats --format json - < {}",
    "voxev stats --by capture < {}",
    "voxev stats --format json {} > out/a.json; voxev stats --merge --by channel out/a.json",
    "voxev stats --format json {} > out/a.json; voxev stats --merge --format json --sort first out/a.json",
];

const STATS_ANY: &[&str] = &[
    "voxev stats {}",
    "voxev stats --by type {}",
    "voxev stats --by channel --mos salesforce {}",
    "voxev stats --by capture --limits teams {}",
    "voxev stats --format json {}",
    "voxev stats --format csv --sort first {}",
    "voxev stats --sort loss --worst 7 --fail-on 'mos<3.5' {}",
    "voxev stats --since 2020-01-01 --until 2026-01-05T08:30:00Z --format csv {}",
];

/// One of the fixtures is cut in the middle of its compressed text.
const CUT: &[&str] = &[
    "voxev filter --type hold {}",
    "voxev filter -c -v --type hold -o out/count {}",
    "voxev filter --around 3 --invalid --rejects out/rejects {}/invalid",
    "voxev pretty --oneline {}",
    "voxev convert --to csv -o out/table.csv {}",
    "voxev convert --to jsonl --rejects out/rejects {}/invalid",
    "voxev stats --by capture {}",
    "voxev stats --format json {}/invalid",
];

/// Several captures in one run.
const SEVERAL: &[&str] = &[
    "voxev validate {}",
    "voxev validate --lifecycle --strict --format json {}",
    "voxev validate --format junit --report sarif=out/sarif {}",
    "voxev validate --max-findings 60 --format short {}",
    "voxev validate --fail-fast --format short {}",
    "voxev validate --lifecycle --write-baseline out/known.json {}",
    "voxev validate --config overrides.toml --format short {}",
    "voxev validate --format short {} missing.jsonl large.jsonl",
    "voxev filter --type hold {}",
    "voxev filter -c --type hold {}",
    "voxev filter -m 15 --type hold {}",
    "voxev filter --around 3 --type flagraise,hold {}",
    "voxev filter --invalid --config overrides.toml {}",
    "voxev filter -v --type audiostats -o out/rest.jsonl --rejects out/rejects {} missing.jsonl",
    "voxev pretty {}",
    "voxev pretty --oneline {}",
    "voxev convert --to csv --rejects out/rejects {}",
    "voxev convert --to json -o out/events.json {}",
    "voxev convert --to jsonl -o out/events.jsonl {} missing.jsonl",
    "voxev stats {}",
    "voxev stats --by capture {}",
    "voxev stats --by capture --format csv --sort loss {}",
    "voxev stats --format json {}",
];

const TOGETHER: &[&str] = &[
    "voxev validate --format short '*y.jsonl' clean.jsonl",
    "voxev filter -c --type hold '*.jsonl'",
    "voxev stats --by capture '*.jsonl'",
    "voxev stats --format json --by capture '*.jsonl'",
    "voxev validate --lifecycle --format short large.jsonl faulty.jsonl",
    "voxev stats --format json clean.jsonl > out/a.json; voxev stats --format json faulty.jsonl > out/b.json; voxev stats --merge out/a.json out/b.json",
    "voxev stats --format json clean.jsonl > out/a.json; voxev stats --format json faulty.jsonl > out/b.json; voxev stats --merge --format json out/b.json out/a.json",
    "voxev stats --format json faulty.jsonl > out/a.json; voxev stats --format json large.jsonl > out/b.json; voxev stats --merge --by type --limits twilio out/a.json out/b.json",
    "voxev stats --format json faulty.jsonl > out/a.json; voxev stats --merge --format csv --sort loss --worst 3 --fail-on 'loss>1%' out/a.json",
    "voxev stats --format json clean.jsonl > out/a.json; voxev stats --merge --since 2026-01-05T08:20:00Z --by type out/a.json",
    "voxev stats --format json clean.jsonl > out/a.json; voxev stats --merge out/a.json out/a.json",
    "voxev filter --invalid faulty.jsonl | voxev pretty --oneline",
    "voxev filter --valid faulty.jsonl | voxev validate --lifecycle --format short",
    "voxev convert --to jsonl faulty.jsonl | voxev stats --by type",
];

/// In a folder with a `voxev.toml`.
const CONFIGURED: &[&str] = &[
    "cd configured; voxev validate",
    "cd configured; voxev validate --format short -",
    "cd configured; voxev validate --format short",
    "cd configured; voxev validate --format json --strict",
    "cd configured; voxev validate --format short --no-strict --no-lifecycle fixtures",
    "cd configured; voxev validate --format json fixtures/valid fixtures/invalid",
    "cd configured; voxev validate --no-config --format short fixtures/invalid",
    "cd configured; voxev validate --api 68 --deny unknown-event --format short fixtures/invalid",
    "cd configured; voxev validate --format sarif --report junit=../out/report.xml faulty.jsonl fixtures/valid",
    "cd configured; voxev validate --write-baseline ../out/known.json",
    "cd configured; voxev validate --show-config",
    "cd configured; voxev validate --show-config --strict --api 54 --deny wrong-type --no-lifecycle",
    "cd configured; voxev validate --show-config --no-config",
    "cd configured/fixtures; voxev validate --format short invalid ../faulty.jsonl",
    "cd configured/fixtures; voxev validate --format gitlab",
    "cd configured/fixtures; voxev validate --show-config",
    "cd configured; voxev filter --invalid faulty.jsonl fixtures/invalid",
    "cd configured; voxev filter -c --valid fixtures/valid faulty.jsonl",
    "voxev validate --show-config",
    "voxev validate --show-config --config overrides.toml --lifecycle --warn wrong-type",
];

const GENERATE: &[&str] = &[
    "voxev generate",
    "voxev generate --calls 3",
    "voxev generate --calls 1 --seed 0",
    "voxev generate --calls 5 --seed 18446744073709551615",
    "voxev generate --size 20KiB --seed 7",
    "voxev generate --size 300KiB",
    "voxev generate --calls 20 --mix audiostats=40",
    "voxev generate --calls 20 --mix transcript=30,note=1,swap=2 --seed 3",
    "voxev generate --calls 6 --api 54",
    "voxev generate --calls 6 --api 64 --mix audiostats=50",
    "voxev generate --calls 20 --mix audiostats=30 --faults 0.2 --sidecar out/faults.jsonl",
    "voxev generate --calls 20 --mix audiostats=30 --faults 1 --seed 5 -o out/all.jsonl",
    "voxev generate --size 50KiB --faults 0.05 --api 66 -o out/some.jsonl --sidecar out/some",
    "voxev generate --calls 4 -o out/calls.jsonl",
    "voxev generate --calls 4 -o out/calls.jsonl.gz",
];

/// What the command line, or what it leads to, makes no sense of.
const COMPLAINTS: &[&str] = &[
    "voxev",
    "voxev valdate clean.jsonl",
    "voxev validate --strickt clean.jsonl",
    "voxev validate --format xml clean.jsonl",
    "voxev validate --api 12 clean.jsonl",
    "voxev validate --api newest clean.jsonl",
    "voxev validate --type flagrised clean.jsonl",
    "voxev validate --deny wrong-typ clean.jsonl",
    "voxev validate --deny wrong-type --allow wrong-type clean.jsonl",
    "voxev validate --max-line-bytes huge clean.jsonl",
    "voxev validate --max-line-bytes 1 clean.jsonl",
    "voxev validate --max-depth 3 clean.jsonl",
    "voxev validate -j 0 clean.jsonl",
    "voxev validate --config missing.toml clean.jsonl",
    "voxev validate --config clean.jsonl clean.jsonl",
    "voxev validate --baseline missing.json clean.jsonl",
    "voxev validate --baseline clean.jsonl clean.jsonl",
    "voxev validate --baseline known.json --fail-fast clean.jsonl",
    "voxev validate --report junit clean.jsonl",
    "voxev validate --report xml=out/a clean.jsonl",
    "voxev validate --report junit=out/a --report sarif=out/a clean.jsonl",
    "voxev validate --report junit=clean.jsonl clean.jsonl",
    "voxev validate --report junit=missing/a clean.jsonl",
    "voxev validate missing.jsonl",
    "voxev validate 'missing*.jsonl'",
    "voxev validate out",
    "voxev validate < /dev/null",
    "voxev filter clean.jsonl",
    "voxev filter --type hodl clean.jsonl",
    "voxev filter --valid --invalid clean.jsonl",
    "voxev filter --where packetsLost clean.jsonl",
    "voxev filter --where 'packetLost>3' clean.jsonl",
    "voxev filter --where 'packetsLost>many' clean.jsonl",
    "voxev filter --since Tuesday clean.jsonl",
    "voxev filter --around 2 --count --type hold clean.jsonl",
    "voxev filter --type hold missing.jsonl clean.jsonl",
    "voxev filter --type hold -o out clean.jsonl",
    "voxev filter --type hold -o missing/a clean.jsonl",
    "voxev pretty --oneline missing.jsonl clean.jsonl",
    "voxev pretty --color sometimes clean.jsonl",
    "voxev convert clean.jsonl",
    "voxev convert --to xml clean.jsonl",
    "voxev convert --to json --columns callId clean.jsonl",
    "voxev convert --to csv --columns callid clean.jsonl",
    "voxev convert --to csv -o out/a.csv clean.jsonl missing.jsonl",
    "voxev stats --by agent clean.jsonl",
    "voxev stats --sort worst clean.jsonl",
    "voxev stats --limits twillio clean.jsonl",
    "voxev stats --fail-on 'loss>many' clean.jsonl",
    "voxev stats --since Tuesday clean.jsonl",
    "voxev stats --merge clean.jsonl",
    "voxev stats --merge --type hold clean.jsonl",
    "voxev stats missing.jsonl",
    "voxev schema flagrise",
    "voxev schema --all mute",
    "voxev schema --api 99",
    "voxev explain wrong_type",
    "voxev explain banana",
    "voxev generate --faults 0.1",
    "voxev generate --faults 2 -o out/a",
    "voxev generate --mix audiostat=3",
    "voxev generate --mix audiostats=101",
    "voxev generate --calls 0",
    "voxev generate --calls 3 --size 1KiB",
    "voxev completions tcsh",
    "voxev man clean.jsonl",
];

/// What voxev prints of itself.
const SELF: &[&str] = &[
    "voxev --help",
    "voxev -h",
    "COLUMNS=60 voxev --help",
    "CLICOLOR_FORCE=1 voxev --help",
    "voxev help filter",
    "voxev explain",
    "voxev explain --api 64",
    "voxev explain --api 56 audiostats",
    "voxev explain --api 64 flagraise",
    "COLUMNS=50 voxev explain --color always transcript",
    "COLUMNS=50 voxev explain wrong-type",
    "voxev schema",
    "voxev schema --api 56",
    "voxev schema --all",
    "voxev schema --all --strict",
    "voxev schema --all --api 54",
    "voxev schema --all --strict --api 64",
    "voxev schema --config",
    "voxev completions bash",
    "voxev completions elvish",
    "voxev completions fish",
    "voxev completions powershell",
    "voxev completions zsh",
    "VOXEV_COMPLETE=fish voxev -- voxev ''",
    "VOXEV_COMPLETE=fish voxev -- voxev validate --",
    "VOXEV_COMPLETE=fish voxev -- voxev validate --deny ''",
    "VOXEV_COMPLETE=fish voxev -- voxev validate --report ''",
    "VOXEV_COMPLETE=fish voxev -- voxev filter --where ''",
    "VOXEV_COMPLETE=fish voxev -- voxev filter --where sender.role=",
    "VOXEV_COMPLETE=fish voxev -- voxev filter --type hold,flag",
    "VOXEV_COMPLETE=fish voxev -- voxev stats --sort ''",
    "VOXEV_COMPLETE=fish voxev -- voxev explain ''",
    "voxev man out",
];

const COMMANDS: &[&str] = &[
    "validate",
    "filter",
    "pretty",
    "convert",
    "stats",
    "schema",
    "explain",
    "generate",
    "completions",
    "man",
];

const HELP: &[&str] = &["voxev {} --help", "voxev {} -h", "COLUMNS=60 voxev {} --help"];

const EXPLAIN: &[&str] = &["voxev explain {}"];

const SCHEMA: &[&str] = &[
    "voxev schema {}",
    "voxev schema --strict {}",
    "voxev schema --api 54 {}",
    "voxev schema --api 64 {}",
    "voxev schema --strict --api 66 {}",
    "voxev schema --api 67 {}",
];
