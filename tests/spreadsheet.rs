//! `--spreadsheet`: text of a capture is never read as a formula by a spreadsheet.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::support::run;

const BOM: &str = "\u{feff}";

/// A formula in each cell with text.
fn capture(texts: &[String]) -> Vec<u8> {
    let line = |text: &String| {
        let detail = json!({ "callId": text, "participant": text, "callType": "inbound" });
        json!({ "type": "callstarted", "detail": detail }).to_string() + "\n"
    };
    texts.iter().map(line).collect::<String>().into_bytes()
}

/// The rows of a table for spreadsheets, without its header.
fn rows(arguments: &[&str], capture: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let table = run(arguments, capture);
    let text = table.text();
    let text = text.strip_prefix(BOM).expect("a byte order mark stands first");
    assert!(!text.contains(BOM), "there is only one");
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::ReaderBuilder::new();
    let mut reader =
        reader.delimiter(delimiter).terminator(csv::Terminator::CRLF).from_reader(text.as_bytes());
    let row = |row: csv::Result<csv::StringRecord>| {
        row.expect("rows have the header's cells").iter().map(str::to_owned).collect()
    };
    reader.records().map(row).collect()
}

fn is_formula(cell: &str) -> bool {
    let is_number = cell.parse::<f64>().is_ok() && !cell.starts_with('+');
    !is_number && cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || cell.starts_with(['\t', '\r', '\n'])
}

const CONVERT: [&str; 4] = ["convert", "--spreadsheet", "--columns", "callId,participant"];

#[test]
fn no_cell_is_a_formula_and_a_table_for_programs_keeps_them() {
    let formulas = [
        "=cmd|' /C calc'!A0",
        "@SUM(1,1)",
        "=HYPERLINK(\"http://example.com\",\"x\")",
        "+14155550100",
        "-1+1",
        "\t=1",
        "\r\n=1",
        " =1",
    ];
    let formulas = formulas.map(str::to_owned);
    let capture = capture(&formulas);
    for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
        let rows = rows(&[&CONVERT[..], &["--to", format]].concat(), &capture, delimiter);
        let cells: Vec<&String> = rows.iter().flatten().collect();
        assert_eq!(cells.len(), 2 * formulas.len(), "{rows:?}");
        assert!(!cells.iter().any(|cell| is_formula(cell)), "{rows:?}");
    }
    let figures = ["stats", "--format", "csv", "--spreadsheet"];
    let calls = rows(&figures, &capture, b',');
    assert_eq!(calls.len(), formulas.len());
    assert!(!calls.iter().any(|row| is_formula(&row[0])), "{calls:?}");
    let plain = run(&["convert", "--columns", "callId", "--to", "csv"], &capture).text();
    assert!(plain.starts_with("callId\n=cmd|' /C calc'!A0\n\"@SUM(1,1)\"\n"), "{plain}");
}

#[test]
fn numbers_stay_numbers() {
    let detail = json!({ "callId": "-7", "stats": "inputChannelStats", "packetsLost": -3,
        "packetsCount": 9, "jitterBufferMillis": 1, "roundTripTimeMillis": 0 });
    let line = json!({ "type": "audiostats", "detail": detail }).to_string();
    let columns = "callId,packetsLost,packetsCount";
    let arguments = ["convert", "--spreadsheet", "--to", "csv", "--columns", columns];
    assert_eq!(rows(&arguments, line.as_bytes(), b','), [["-7", "-3", "9"]]);
}

#[test]
fn only_tables_are_for_spreadsheets() {
    for arguments in [
        &["convert", "--to", "json", "--spreadsheet"][..],
        &["convert", "--to", "jsonl", "--spreadsheet"],
        &["stats", "--spreadsheet"],
        &["stats", "--format", "json", "--spreadsheet"],
    ] {
        let run = run(arguments, b"");
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("--spreadsheet needs --"), "{}", run.stderr);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        rng_seed: RngSeed::Fixed(21),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_cell_is_its_text_but_for_apostrophes_in_front_of_formulas(
        texts in prop::collection::vec("[=+@;,\"' \ta-c\r\n0-9＝.-]{1,12}", 1..12),
    ) {
        let capture = capture(&texts);
        for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
            let rows = rows(&[&CONVERT[..], &["--to", format]].concat(), &capture, delimiter);
            prop_assert_eq!(rows.len(), texts.len());
            for (row, text) in rows.iter().zip(&texts) {
                for cell in row {
                    prop_assert!(!is_formula(cell), "{text:?}: {cell:?}");
                    // If the comma is the decimal separator, cells end at semicolons.
                    prop_assert!(!cell.split(['\t', ';', '\r', '\n']).skip(1).any(is_formula), "{cell:?}");
                    prop_assert_eq!(cell.replace('\'', ""), text.replace('\'', ""));
                }
            }
        }
        let plain = run(&["convert", "--to", "csv"], &capture);
        let mut reader = csv::Reader::from_reader(plain.stdout.as_slice());
        let calls = reader.records().map(|row| Value::from(&row.expect("a row")[1]));
        prop_assert!(calls.eq(texts.iter().map(|text| Value::from(text.as_str()))));
    }
}
