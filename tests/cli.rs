//! The command line: each case is a file with commands and their output.
//!
//! `TRYCMD=overwrite cargo test --test suite cli::` records the current output, which must then be
//! reviewed. trycmd shows every backslash as a slash, because of paths on Windows.

/// Cases run in the repository's root, in an environment without colour settings except --color,
/// and without the variables of CI services.
pub(crate) fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "100").env("NO_COLOR", "1");
    for name in ["CI_PROJECT_DIR", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"] {
        cases.env(name, "");
    }
    cases
}

#[test]
fn every_command_does_what_its_case_shows() {
    cases().case("tests/cli/*.trycmd").case("tests/cli/*.toml");
}
