//! Every format for the same lines: a valid line, and one for each kind of problem.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{
    Audience, Column, CsvFormat, EventWriter, FindingFormat, FindingsJson, JsonArray, JsonLines,
    Layout, LeftOut, Naming, Oneline, Pretty, Separator, Short, Table,
};
use crate::capture::{Cutter, Numbering};
use crate::check::{
    At, Checked, Checker, Earlier, Finding, Limits, Line, Parsed, Place, Record, Validations,
    Validator,
};
use crate::contract::{Bundle, EventId, Policy, Rule};
use crate::terminal::{Charset, Colour, TextStyle};
use crate::text::time::Clock;

const CAPTURE: &str = concat!(
    r#"{ "type": "callstarted", "detail": {"callId": "c-1", "callType": "Inbound", "participant": "Zoë \"+1\""} }"#,
    "\n",
    r#"{"type":"audiostats","detail":{"callId":"c-1","stats":"inputChannelStats","packetsLost":"3","packetsCount":1.5e3,"jitterBufferMillis":-1,"roundTripTimeMillis":0,"codec":"opus"}}"#,
    "\n",
    r#"{"type":"hold","detail":{"callId":"c-1","participant":"a","participant":"b\tc,d"}}"#,
    "\r\n",
    r#"{"type":"flaglower","detail":{"callId":"","content":{"formatType":null,"text":null},"extra":["\u001b[31m","#,
    "\"\u{202e}\"]}}\n",
    r#"{"type":"CALL_ENDED","detail":{"callId":7}}"#,
    "\n",
    r#"{"isTrusted":false}"#,
    "\n",
    r#"Received mute event: {"type":"mute"}"#,
    "\n\u{1b}]0;title\u{7}\n",
    r#"{"type":"mute","detail":{"callId":"c-1""#,
);

fn style(colour: Colour, charset: Charset) -> TextStyle {
    TextStyle { colour, charset, width: 80 }
}

fn plain() -> TextStyle {
    style(Colour::Off, Charset::Unicode)
}

/// The output of `sink` for the capture; findings about lines that it cannot write follow a `!`.
fn rendered(sink: &dyn EventWriter) -> String {
    let mut out = Vec::new();
    sink.begin(&mut out);
    let mut text = Vec::new();
    let mut refusals = String::new();
    for_each_line(|record| {
        let line = &record.line;
        if let Err(finding) = sink.record(record, &mut text) {
            let _ = writeln!(refusals, "! {}: {}: {}", line.number, finding.rule, finding.message);
        }
    });
    let start = if text.is_empty() { 0 } else { sink.separator().len() };
    out.extend_from_slice(&text[start..]);
    sink.end(&mut out);
    String::from_utf8(out).expect("the capture is UTF-8") + &refusals
}

fn for_each_line(mut each: impl FnMut(&Record<'_>)) {
    let validator = Validator::new(Bundle::newest(), Policy::strict(), Limits::default());
    let mut offset = 0;
    for (raw, number) in CAPTURE.split_inclusive('\n').zip(1..) {
        let line = Line::new("dir/c.jsonl", number, offset, raw.as_bytes());
        offset += raw.len() as u64;
        let mut parsed = Parsed::default();
        parsed.set(validator.validate(&line), &line, &validator.bundle);
        each(&parsed.record(line, &validator));
    }
}

fn report(format: &impl FindingFormat) -> String {
    let mut out = Vec::new();
    for_each_line(|record| {
        for finding in record.findings() {
            format.write(&record.line, finding, &mut out);
        }
    });
    String::from_utf8(out).expect("the capture is UTF-8")
}

fn columns(events: &[&str]) -> Vec<Column> {
    let bundle = Bundle::newest();
    let named = EventId::all().filter(|id| events.is_empty() || events.contains(&id.name()));
    Column::of(named.map(|id| bundle.event(id)))
}

#[test]
fn findings_for_people_show_the_place() {
    insta::assert_snapshot!(report(&Pretty::new(plain())));
}

#[test]
fn findings_for_people_are_coloured_and_ascii_where_asked() {
    let style = style(Colour::On, Charset::Ascii);
    insta::assert_snapshot!(report(&Pretty::new(style)).replace('\u{1b}', "␛"));
}

#[test]
fn findings_for_compilers_are_one_a_line() {
    insta::assert_snapshot!(report(&Short { style: plain() }));
}

#[test]
fn findings_for_programs_are_json() {
    insta::assert_snapshot!(report(&FindingsJson));
}

#[test]
fn an_earlier_line_is_shown_named_or_pointed_at() {
    let text = "{\"x\":\"\u{1b}é\",\"type\":\"hold\"}";
    let line = Line::new("c.jsonl", 10, 200, b"{\"type\":\"hold\"}\n");
    let message = "hold, but the participant is on hold already".to_owned();
    let kept = Earlier {
        line: 9,
        column: 19,
        offset: 119,
        span: 19..25,
        text: text.into(),
        label: "put on hold here",
    };
    let lost = Earlier { column: 1, offset: 100, span: 0..0, text: Vec::new(), ..kept.clone() };
    let mut out = Vec::new();
    for earlier in [kept, lost] {
        let finding = Finding {
            place: Place { column: 9, ..Place::new(&line, 8..14, Some("/type".into())) },
            label: "contradicts line 9".into(),
            earlier: Some(earlier),
            ..Finding::about_line(&line, Rule::WrongType, 0..0, message.clone())
        };
        Pretty::new(plain()).write(&line, &finding, &mut out);
        Short { style: plain() }.write(&line, &finding, &mut out);
        FindingsJson.write(&line, &finding, &mut out);
    }
    insta::assert_snapshot!(String::from_utf8(out).expect("it is UTF-8"));
}

#[test]
fn events_are_laid_out_and_other_lines_marked() {
    insta::assert_snapshot!(rendered(&Layout { style: plain(), naming: Naming::Named }));
}

fn utc() -> Clock {
    Clock::new(Some("UTC")).expect("it is a time zone")
}

fn oneline(columns: Option<usize>, style: TextStyle) -> String {
    let bundle = Arc::new(Bundle::newest());
    let clock = utc();
    rendered(&Oneline { style, naming: Naming::Needless, bundle, columns, clock })
}

#[test]
fn events_of_one_line_are_aligned() {
    insta::assert_snapshot!(oneline(None, plain()));
}

#[test]
fn rows_end_where_the_terminal_does() {
    let whole = oneline(None, plain());
    for columns in [40, 80] {
        let cut = oneline(Some(columns), plain());
        assert_eq!(cut.lines().count(), whole.lines().count());
        for (cut, whole) in cut.lines().zip(whole.lines()) {
            let is_whole = cut == whole && whole.chars().count() <= columns;
            let start = cut.strip_suffix('…').unwrap_or_default();
            let is_cut = cut.chars().count() == columns && whole.starts_with(start);
            assert!(is_whole || is_cut && !start.is_empty(), "{columns}: {cut}");
        }
    }
    let ascii = oneline(Some(40), style(Colour::Off, Charset::Ascii));
    assert!(ascii.lines().any(|row| row.len() == 40 && row.ends_with("...")), "{ascii}");
}

#[test]
fn compact_lines_keep_their_spelling() {
    insta::assert_snapshot!(rendered(&JsonLines));
}

#[test]
fn an_array_has_a_payload_a_line() {
    insta::assert_snapshot!(rendered(&JsonArray));
}

#[test]
fn a_table_has_a_column_for_each_documented_property() {
    let format = |separator| CsvFormat::new(separator, Audience::Programs);
    let table = |separator| Table::new(format(separator), columns(&[]), None);
    insta::assert_snapshot!("csv", rendered(&table(Separator::Comma)));
    insta::assert_snapshot!("tsv", rendered(&table(Separator::Tab)));
}

/// Every valid fixture, in any layout, with undocumented properties and without.
fn valid_captures() -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/valid");
    let entries = std::fs::read_dir(folder).expect("the fixtures can be read");
    let mut paths: Vec<_> = entries.map(|it| it.expect("it can be read").path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = std::fs::read(path).expect("the fixture can be read");
        all.extend_from_slice(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text));
        all.push(b'\n');
    }
    all
}

#[test]
fn every_writer_writes_a_clean_line_as_it_writes_a_parsed_one() {
    let bundle = Arc::new(Bundle::newest());
    let table = |separator, columns, left_out| {
        Table::new(CsvFormat::new(separator, Audience::Spreadsheet), columns, left_out)
    };
    let mut few = columns(&["mute", "audiostats"]);
    few.retain(|column| *column != Column::Extra);
    let left_out = LeftOut::new(&few, &columns(&[]));
    let writers: [(&str, Box<dyn EventWriter>); 6] = [
        ("pretty", Box::new(Layout { style: plain(), naming: Naming::Named })),
        (
            "oneline",
            Box::new(Oneline {
                style: plain(),
                naming: Naming::Needless,
                bundle,
                columns: None,
                clock: utc(),
            }),
        ),
        ("jsonl", Box::new(JsonLines)),
        ("json", Box::new(JsonArray)),
        ("csv", Box::new(table(Separator::Comma, columns(&[]), None))),
        ("tsv", Box::new(table(Separator::Tab, few, Some(left_out)))),
    ];
    let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
    let captures = valid_captures();
    let mut cutter = Cutter::new(&captures[..], 1 << 20, Numbering::Counted);
    let block = cutter.next_block().expect("memory can be read").expect("it is not empty");
    assert_eq!(block.bytes().len(), captures.len(), "one block has them all");
    let mut checker = Checker::new(&validator, Validations::Wanted);
    let (mut at, mut number, mut clean_lines) = (0, 0, 0);
    while at < captures.len() {
        number += 1;
        let place = At { capture: "c.jsonl", number, before: None, range: at..captures.len() };
        let record = match checker.check(&block, &place) {
            Checked::Blank { raw_bytes } => {
                at += raw_bytes;
                continue;
            }
            Checked::Record(record) => record,
        };
        at += record.line.raw.len();
        clean_lines += usize::from(record.parsed().is_none());
        let mut parsed = Parsed::default();
        parsed.set(validator.validate(&record.line), &record.line, &validator.bundle);
        let parsed = parsed.record(record.line, &validator);
        for (name, writer) in &writers {
            let (mut quick, mut slow) = (Vec::new(), Vec::new());
            writer.record(&record, &mut quick).expect("a valid line can be written");
            writer.record(&parsed, &mut slow).expect("a valid line can be written");
            let [quick, slow] = [quick, slow].map(|it| String::from_utf8_lossy(&it).into_owned());
            assert_eq!(quick, slow, "{name}, line {number}");
        }
    }
    assert!(clean_lines > 50, "only {clean_lines} lines are clean");
}
