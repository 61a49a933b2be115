//! The commands in the README and the pages of `docs/` print what these pages show.
//!
//! `TRYCMD=overwrite cargo test --test suite docs::` records the current output, which must then be
//! reviewed.

use std::fs;

use voxev::{Applicability, Rule};

use crate::support::run_on;

fn read(page: &str) -> String {
    fs::read_to_string(page).expect("the page can be read")
}

/// The cells of the rows of Markdown tables.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter_map(|line| {
        let cells = line.strip_prefix("| ")?.trim_end_matches('|');
        Some(cells.split(" | ").map(str::trim).collect())
    })
}

/// The text of a cell that consists of one piece of inline code.
fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

#[test]
fn the_commands_of_every_page_print_what_it_shows() {
    crate::cli::cases().case("README.md").case("docs/*.md");
}

#[test]
fn the_readme_is_a_front_page_of_under_200_lines() {
    assert!(read("README.md").lines().count() < 200);
}

#[test]
fn the_table_of_rules_is_the_binary_s() {
    let page = read("docs/validating.md");
    let rules = rows(&page).filter_map(|cells| {
        let rule = Rule::from_code(code(cells[0])?)?;
        Some((rule, cells[1].to_owned(), cells[2].to_owned()))
    });
    let expected = Rule::ALL.map(|rule| {
        let info = rule.info();
        (rule, info.severity.name().to_owned(), info.summary.to_owned())
    });
    assert_eq!(rules.collect::<Vec<_>>(), expected);
}

#[test]
fn the_table_of_fixes_is_the_binary_s() {
    let page = read("docs/fixing.md");
    let fixes = rows(&page).filter_map(|cells| {
        let rule = Rule::from_code(code(cells[0])?)?;
        Some((rule, cells[1].to_owned(), code(cells[2])?.to_owned()))
    });
    let option = |applicability| match applicability {
        Applicability::Safe => "--fix",
        Applicability::Suggested => "--fix --unsafe-fixes",
    };
    let of = |rule: Rule| {
        let fixes = rule.fixes().iter();
        fixes.map(move |it| (rule, it.summary.to_owned(), option(it.applicability).to_owned()))
    };
    assert_eq!(fixes.collect::<Vec<_>>(), Rule::ALL.into_iter().flat_map(of).collect::<Vec<_>>());
}

#[test]
fn the_readme_has_a_row_for_every_command() {
    let help = run_on(&["--help"]).text();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let commands = commands.filter_map(|line| line.split_whitespace().next());
    let expected: Vec<&str> = commands.filter(|name| *name != "help").collect();
    let page = read("README.md");
    let named: Vec<&str> = rows(&page).filter_map(|cells| code(cells[0])).collect();
    assert_eq!(named, expected);
}

#[test]
fn the_table_of_findings_formats_has_every_format() {
    let help = run_on(&["validate", "--help"]).text();
    let options = help.split("-f, --format <FORMAT>").nth(1).expect("it is an option");
    let values = options.lines().skip_while(|line| !line.contains("Possible values:")).skip(1);
    let values = values.map_while(|line| line.trim_start().strip_prefix("- ")?.split(':').next());
    let expected: Vec<&str> = values.collect();
    let page = read("docs/formats.md");
    let section = page.split("\n## ").find(|it| it.starts_with("Findings\n")).expect("it is there");
    let first = section.split("\n\n").find(|it| it.starts_with("| `validate")).expect("a table");
    let named = rows(first).filter_map(|cells| cells[0].strip_prefix('`')?.split('`').next());
    assert_eq!(named.skip(1).collect::<Vec<_>>(), expected);
}
