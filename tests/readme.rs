//! What the README shows is what the binary does.

use voxev::Rule;

const README: &str = include_str!("../README.md");

#[test]
fn the_tour_prints_what_the_readme_shows() {
    crate::cli::cases().case("README.md");
}

#[test]
fn the_table_of_rules_is_the_binary_s() {
    let rows = README.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let rule = Rule::from_code(cells.next()?.trim_end_matches('`'))?;
        Some((rule, cells.next()?.to_owned(), cells.next()?.trim_end_matches(" |").to_owned()))
    });
    let expected = Rule::ALL.map(|rule| {
        let facts = rule.info();
        (rule, facts.severity.name().to_owned(), facts.summary.to_owned())
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}
