//! The account of `voxev extract`: what became of every line, for people and for programs.

use serde_json::{Value, json};

use crate::extract::{Account, Category, Place, Tally, Treatment};
use crate::json::quote;
use crate::text::{count, thousands, visible, visible_json};

/// Appends the account for people.
pub(crate) fn account_text(account: &Account, out: &mut Vec<u8>) {
    if account.captures.is_empty() {
        // The failure to read has been reported.
        return;
    }
    let shown: Vec<Category> =
        Category::ALL.into_iter().filter(|it| account.category(*it).lines > 0).collect();
    let mut rows = Vec::new();
    for category in shown {
        rows.push(Row::Tally(format!("  {}", category.label()), account.category(category)));
        for treatment in Treatment::all().filter(|it| it.category() == category) {
            rows.extend(treatment_rows(treatment, account));
        }
    }
    let width = rows.iter().map(Row::label_width).max().unwrap_or_default();
    out.extend_from_slice(summary(account).as_bytes());
    for row in rows {
        let text = match row {
            Row::Tally(label, tally) => format!("{label:width$}  {}", places(tally, account)),
            Row::Text(text) => text,
        };
        out.push(b'\n');
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'\n');
}

/// A row of the account.
enum Row<'a> {
    /// What is counted, and how often.
    Tally(String, &'a Tally),
    Text(String),
}

impl Row<'_> {
    fn label_width(&self) -> usize {
        match self {
            Self::Tally(label, _) => label.chars().count(),
            Self::Text(_) => 0,
        }
    }
}

fn summary(account: &Account) -> String {
    let lines = count(account.lines, "line", "lines");
    let captures = count(account.captures.len() as u64, "capture", "captures");
    let blank = match account.blank {
        0 => String::new(),
        blank => format!(", {} blank", thousands(blank)),
    };
    let payloads = match account.payloads {
        0 => "no payload found".to_owned(),
        payloads => count(payloads, "payload", "payloads"),
    };
    format!("{lines} in {captures}{blank}: {payloads}")
}

fn treatment_rows(treatment: Treatment, account: &Account) -> Vec<Row<'_>> {
    let Some(tally) = account.treatment(treatment).filter(|_| !treatment.label().is_empty()) else {
        return Vec::new();
    };
    let mut rows = vec![Row::Tally(format!("    {}", treatment.label()), tally)];
    if treatment == Treatment::OtherEvent {
        rows.push(Row::Text(format!("      {}", others(account))));
    }
    rows.extend(treatment.advice().map(|advice| Row::Text(format!("      help: {advice}"))));
    rows
}

/// How many lines, and the first of them.
fn places(tally: &Tally, account: &Account) -> String {
    let lines = count(tally.lines, "line", "lines");
    let places: Vec<String> = tally.first.iter().map(|place| place_text(*place, account)).collect();
    let more = if tally.lines > tally.first.len() as u64 { ", …" } else { "" };
    format!("{lines:>11}: {}{more}", places.join(", "))
}

fn place_text(place: Place, account: &Account) -> String {
    match (&account.captures[..], account.captures.get(place.capture)) {
        ([_], _) | (_, None) => thousands(place.line),
        (_, Some(name)) => format!("{}:{}", visible(name), place.line),
    }
}

fn others(account: &Account) -> String {
    let named: Vec<String> = account
        .other_events
        .iter()
        .map(|(name, number)| format!("{} {}", visible(&quote(name)), thousands(*number)))
        .collect();
    named.join(", ")
}

/// Appends the account for programs: one JSON object.
pub(crate) fn account_json(account: &Account, out: &mut Vec<u8>) {
    let renames = account.renames.iter().map(
        |((from, event), number)| json!({"from": from, "to": event.name(), "payloads": number}),
    );
    let others = account.other_events.iter();
    let others = others.map(|(name, number)| json!({"name": name, "payloads": number}));
    let report = json!({
        "report": "extract",
        "version": 1,
        "captures": account.captures,
        "lines": account.lines,
        "blank": account.blank,
        "payloads": account.payloads,
        "lostEvents": account.lost_events,
        "categories": Category::ALL.map(|category| category_json(category, account)),
        "renames": renames.collect::<Vec<_>>(),
        "otherEvents": others.collect::<Vec<_>>(),
    });
    visible_json(report.to_string().as_bytes(), out);
    out.push(b'\n');
}

fn category_json(category: Category, account: &Account) -> Value {
    let tally = account.category(category);
    let own = Treatment::all().filter(|it| it.category() == category && !it.label().is_empty());
    let treatments = own.filter_map(|treatment| {
        let tally = account.treatment(treatment)?;
        Some(json!({
            "treatment": treatment.code(),
            "label": treatment.label(),
            "lines": tally.lines,
            "first": first_json(tally, account),
            "help": treatment.advice(),
        }))
    });
    json!({
        "category": category.code(),
        "lines": tally.lines,
        "first": first_json(tally, account),
        "treatments": treatments.collect::<Vec<_>>(),
    })
}

fn first_json(tally: &Tally, account: &Account) -> Vec<Value> {
    let place =
        |place: &Place| json!({"file": account.captures.get(place.capture), "line": place.line});
    tally.first.iter().map(place).collect()
}
