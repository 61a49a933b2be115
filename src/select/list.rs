//! A list of identifiers, one per line: `--call-id-file`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::NameSet;
use crate::error::Error;
use crate::text::thousands;

/// Maximum size of a list in bytes: together with the next limit, it keeps a list within about 150
/// MiB of memory.
const MOST_BYTES: u64 = 64 << 20;

/// Maximum number of identifiers in a list.
const MOST_NAMES: usize = 1_000_000;

/// Reads the list from the file at `path`, or from standard input if that is `-`. Ignores blank
/// lines; lines may end in CRLF, and the list may begin with a byte order mark.
pub(crate) fn read_list(path: &Path) -> Result<NameSet, Error> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin { "<stdin>".into() } else { path.to_string_lossy().into_owned() };
    let read = || {
        let source: Box<dyn Read> =
            if is_stdin { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
        let mut bytes = Vec::new();
        source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        parse(&bytes).map_err(io::Error::other)
    };
    read().map_err(|source| Error::Read { capture: name, source })
}

fn parse(bytes: &[u8]) -> Result<NameSet, String> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it is larger than {} MiB; split it", MOST_BYTES >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        format!("line {line} is not valid UTF-8; write one callId per line, in UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let names = || text.lines().filter(|line| !line.trim().is_empty());
    if names().nth(MOST_NAMES).is_some() {
        let most = thousands(MOST_NAMES as u64);
        return Err(format!("it has more than {most} callIds; split it"));
    }
    Ok(names().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &[u8]) -> Vec<String> {
        let set = parse(text).expect("the list is right");
        let mut names: Vec<String> =
            set.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_line_is_an_identifier_as_it_stands() {
        assert_eq!(names(b"b\r\n\n \t\r\na,\"c\nb\n d "), [" d ", "a,\"c", "b"]);
        assert_eq!(names("\u{feff}é\n".as_bytes()), ["é"]);
        assert_eq!(names(b""), [""; 0]);
    }

    #[test]
    fn a_list_that_is_none_or_has_no_end_is_refused() {
        let said = |text: &[u8]| parse(text).expect_err("the list is wrong");
        assert!(said(b"a\nb\n\xff\n").contains("line 3 is not valid UTF-8"));
        assert!(said(&b"a\n".repeat(MOST_NAMES + 1)).contains("more than 1,000,000 callIds"));
        assert_eq!(names(&b"a\n".repeat(MOST_NAMES)), ["a"]);
    }
}
