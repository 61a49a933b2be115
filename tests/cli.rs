//! The command line as people use it: each case is a file with commands and what they print.
//!
//! `TRYCMD=overwrite cargo test --test suite cli::` writes what they print now; then review.
//! trycmd shows every backslash as a slash, for the sake of paths on Windows.

/// Cases run from the repository's root, in an environment where only --color can ask for colours,
/// and where no CI service says where its checkout is.
pub(crate) fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "100").env("NO_COLOR", "1").env("TZ", "UTC");
    for name in ["CI_PROJECT_DIR", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"] {
        cases.env(name, "");
    }
    cases
}

#[test]
fn every_command_does_what_its_case_shows() {
    cases().case("tests/cli/*.trycmd").case("tests/cli/*.toml");
}
