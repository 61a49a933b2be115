//! The command line as people use it: each case is a file with a command and what it prints.

#[test]
fn every_command_does_what_its_case_shows() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}
