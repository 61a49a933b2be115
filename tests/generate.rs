//! `voxev generate`: the same bytes for the same seed, plausible calls, the requested mix, and
//! faults exactly where the sidecar lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use voxev::{Bundle, Limits, Line, Policy, Validator};

fn generate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_voxev"))
        .arg("generate")
        .args(arguments)
        .output()
        .expect("voxev runs")
}

fn capture(arguments: &[&str]) -> Vec<u8> {
    let done = generate(arguments);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

fn complaint(arguments: &[&str]) -> String {
    let done = generate(arguments);
    assert_eq!((done.status.code(), done.stdout.len()), (Some(2), 0));
    String::from_utf8_lossy(&done.stderr).into_owned()
}

fn lines(capture: &[u8]) -> impl Iterator<Item = &[u8]> {
    capture.split_inclusive(|&byte| byte == b'\n')
}

fn payloads(capture: &[u8]) -> Vec<Value> {
    lines(capture).map(|line| serde_json::from_slice(line).expect("a line is JSON")).collect()
}

/// Line and rule of all findings of the validator, including allowed ones.
fn findings(capture: &[u8], api: u64) -> Vec<(u64, &'static str)> {
    let validator = Validator::new(Bundle::new(api), Policy::strict(), Limits::default());
    let mut found = Vec::new();
    for (raw, number) in lines(capture).zip(1..) {
        let validation = validator.validate(&Line::new("made up", number, 0, raw));
        found.extend(validation.findings.iter().map(|it| (it.place.line, it.rule.code())));
    }
    found
}

/// Percentage of the lines for each event.
fn shares(capture: &[u8]) -> BTreeMap<String, f64> {
    let mut shares = BTreeMap::new();
    let payloads = payloads(capture);
    let one = 100.0 / f64::from(u32::try_from(payloads.len()).expect("captures here are small"));
    for payload in payloads {
        let name = payload["type"].as_str().expect("a type is text").to_owned();
        *shares.entry(name).or_default() += one;
    }
    shares
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let one = capture(&["--calls", "5", "--seed", "7"]);
    assert_eq!(one, capture(&["--calls", "5", "--seed", "7"]));
    assert_ne!(one, capture(&["--calls", "5", "--seed", "8"]));
}

/// A change of the generator may change this; another machine, time or compiler must not.
#[test]
fn the_bytes_are_those_of_every_machine() {
    let one = capture(&["--calls", "40", "--mix", "audiostats=50"]);
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = one.iter().fold(0xcbf2_9ce4_8422_2325, fold);
    assert_eq!((one.len(), hash), FINGERPRINT);
}

/// Length and FNV-1a hash.
const FINGERPRINT: (usize, u64) = (121_008, 6_187_466_111_604_806_862);

#[test]
fn every_line_follows_the_strict_contract_of_its_api_version() {
    for api in [56, 64, 68] {
        let version = api.to_string();
        let made = capture(&["--calls", "60", "--mix", "transcript=30", "--api", &version]);
        assert_eq!(findings(&made, api), []);
    }
}

#[test]
fn the_sidecar_says_exactly_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (output, sidecar) =
        (folder.path().join("c.jsonl"), folder.path().join("c.jsonl.faults.jsonl"));
    let path = output.to_str().expect("the path is text");
    let options = ["--calls", "400", "--mix", "audiostats=40"];
    let faulty: Vec<&str> =
        options.iter().copied().chain(["--faults", "0.5", "--output", path]).collect();
    assert!(capture(&faulty).is_empty());
    let made = std::fs::read(&output).expect("the capture is there");
    let sidecar = payloads(&std::fs::read(&sidecar).expect("the sidecar is there"));
    let expected: Vec<(u64, &str)> = sidecar
        .iter()
        .filter_map(|note| Some((note["line"].as_u64()?, note["rule"].as_str()?)))
        .collect();
    assert_eq!(findings(&made, 68), expected);
    let rules: BTreeSet<&str> = expected.iter().map(|(_, rule)| *rule).collect();
    assert_eq!(rules.len(), 14, "{rules:?}");
    let broken: BTreeSet<u64> = expected.iter().map(|(line, _)| *line).collect();
    let whole = capture(&options);
    let count = lines(&whole).count();
    assert!(
        (count * 4 / 10..count * 6 / 10).contains(&expected.len()),
        "{} of {count}",
        expected.len()
    );
    for ((faulty, good), number) in lines(&made).zip(lines(&whole)).zip(1..) {
        assert_eq!(faulty != good, broken.contains(&number), "line {number}");
    }
}

#[test]
fn events_come_as_often_as_they_should() {
    let asked = [("audiostats", 96.0), ("transcript", 0.68), ("hold", 0.22), ("flagraise", 0.09)];
    check_shares(&capture(&["--calls", "200"]), &asked);
    let asked = [("audiostats", 40.0), ("transcript", 30.0), ("mute", 5.0), ("unmute", 5.0)];
    let mix = "audiostats=40,transcript=30,mute=5";
    check_shares(&capture(&["--calls", "200", "--mix", mix]), &asked);
    check_shares(&capture(&["--size", "8MiB"]), &[("audiostats", 96.0), ("callstarted", 0.5)]);
    let only = capture(&["--size", "1MiB", "--mix", "audiostats=100"]);
    assert!(shares(&only)["audiostats"] > 99.0);
}

fn check_shares(capture: &[u8], asked: &[(&str, f64)]) {
    let shares = shares(capture);
    for (event, share) in asked {
        assert!((shares[*event] - share).abs() < 0.3, "{event}: {} for {share}", shares[*event]);
    }
}

#[test]
fn a_size_is_reached_with_the_last_line() {
    let made = capture(&["--size", "300KiB"]);
    let last = lines(&made).last().expect("there are lines").len();
    assert!(made.ends_with(b"\n") && made.len() >= 300 << 10 && made.len() - last < 300 << 10);
}

#[test]
fn a_wrong_option_says_what_would_be_right() {
    assert!(complaint(&["--mix", "audiostat=96"]).contains("did you mean \"audiostats\"?"));
    assert!(complaint(&["--mix", "audiostats=96,transcript=5"]).contains("more than 100 %"));
    assert!(complaint(&["--faults", "1.5"]).contains("from 0 to 1"));
    assert!(complaint(&["--faults", "0.1"]).contains("--sidecar"));
    assert!(complaint(&["--size", "0"]).contains("above 0"));
    assert!(complaint(&["--calls", "0"]).contains("'0'"));
    assert!(complaint(&["--api", "3"]).contains("unknown API version 3: expected "));
}

#[test]
fn a_reader_that_leaves_is_no_trouble() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_voxev"))
        .args(["generate", "--size", "64MiB"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("voxev runs");
    drop(child.stdout.take());
    let done = child.wait_with_output().expect("voxev ends");
    assert_eq!((done.status.code(), done.stderr.len()), (Some(0), 0));
}

#[test]
fn every_call_has_a_sensible_life() {
    for mix in ["audiostats=96", "audiostats=20,participantadded=8,conference=4,swap=6,hold=12"] {
        let mut calls: BTreeMap<String, Call> = BTreeMap::new();
        let (mut last, mut turns) = (String::new(), 0);
        for payload in payloads(&capture(&["--calls", "300", "--seed", "3", "--mix", mix])) {
            let id = payload["detail"]["callId"].as_str().expect("an ID is text").to_owned();
            turns += usize::from(id != last);
            calls.entry(id.clone()).or_default().take(&payload);
            last = id;
        }
        assert_eq!(calls.len(), 300);
        assert!(turns > 3_000, "calls interleave: {turns}");
        assert!(calls.values().all(|call| call.stage == Stage::Ended || call.stage == Stage::Done));
    }
}

#[derive(Debug, Default, PartialEq, Clone, Copy)]
enum Stage {
    #[default]
    New,
    Started,
    Connected,
    Ended,
    Done,
}

/// State of a call, as derived from its lines.
#[derive(Debug, Default)]
struct Call {
    stage: Stage,
    /// Participants of the call, and whether each is on hold.
    parties: BTreeMap<String, bool>,
    is_muted: bool,
    is_paused: bool,
    is_flagged: bool,
    reports: [u64; 2],
    added: u64,
    last_sent: u64,
}

impl Call {
    fn take(&mut self, payload: &Value) {
        let detail = &payload["detail"];
        let name = payload["type"].as_str().expect("a type is text");
        let party = detail["participant"].as_str().unwrap_or_default().to_owned();
        match name {
            "callstarted" => self.go(Stage::New, Stage::Started),
            "callconnected" => {
                self.go(Stage::Started, Stage::Connected);
                self.parties.insert(party, false);
            }
            "callended" => self.go(Stage::Connected, Stage::Ended),
            "wrapupended" => self.go(Stage::Ended, Stage::Done),
            _ => {
                assert_eq!(self.stage, Stage::Connected, "{payload}");
                self.talk(name, party, detail);
            }
        }
    }

    fn go(&mut self, from: Stage, to: Stage) {
        assert_eq!(self.stage, from);
        self.stage = to;
    }

    fn talk(&mut self, name: &str, party: String, detail: &Value) {
        let is_held = self.parties.values().any(|held| *held);
        let flip = |state: &mut bool, to: bool| assert_eq!(std::mem::replace(state, to), !to);
        match name {
            "audiostats" => self.report(detail),
            "hold" => assert_eq!(self.parties.insert(party, true), Some(false)),
            "resume" => assert_eq!(self.parties.insert(party, false), Some(true)),
            "participantadded" => {
                assert_eq!(self.parties.insert(party, false), None);
                self.added += 1;
            }
            "participantremoved" => assert!(self.parties.remove(&party).is_some()),
            "swap" => {
                assert!(self.added > 0 && is_held && self.parties.len() == 2, "{:?}", self.parties);
                self.parties.values_mut().for_each(|held| *held = !*held);
            }
            "conference" => {
                assert!(self.added > 0);
                self.parties.values_mut().for_each(|held| *held = false);
            }
            "mute" => flip(&mut self.is_muted, true),
            "unmute" => flip(&mut self.is_muted, false),
            "pauserecording" => flip(&mut self.is_paused, true),
            "resumerecording" => flip(&mut self.is_paused, false),
            "transcript" => {
                assert!(!is_held && !self.is_paused);
                self.message(detail);
            }
            "note" => self.message(detail),
            "flagraise" => {
                assert_eq!(detail["sender"]["role"], "Agent");
                flip(&mut self.is_flagged, true);
                self.message(detail);
            }
            "flaglower" => {
                flip(&mut self.is_flagged, false);
                self.message(detail);
            }
            other => unreachable!("{other} has no place in a call"),
        }
    }

    /// The channels alternate, and number their reports.
    fn report(&mut self, detail: &Value) {
        let channel = usize::from(detail["stats"] == "outputChannelStats");
        self.reports[channel] += 1;
        assert_eq!(detail["statsCount"], self.reports[channel]);
        assert_eq!(self.reports[0] - self.reports[1], 1 - channel as u64);
        let unmeasured = ["roundTripTimeMillis", "jitterBufferMillis"][channel];
        assert_eq!(detail[unmeasured], 0);
        let packets = detail["packetsCount"].as_u64().zip(detail["packetsLost"].as_u64());
        let sum = packets.map_or(0, |(count, lost)| count + lost);
        assert!((1_490..1_510).contains(&sum), "{detail}");
    }

    /// Messages are sent in order, and received later than sent.
    fn message(&mut self, detail: &Value) {
        let sent = detail["clientSentTimestamp"].as_u64().expect("a time");
        assert!(
            sent + 10 > self.last_sent && detail["serverReceivedTimestamp"].as_u64() > Some(sent)
        );
        self.last_sent = sent;
    }
}
