//! Whether the next line goes on with the object that is open, or begins something new.

/// Whether an object that `line` comes before in its line can be a part of an object that began in
/// the lines `before`: it follows a key, or it is the next item of an array.
pub(super) fn continues(before: &[u8], line: &[u8]) -> bool {
    let line = without_number(line).trim_ascii();
    let key = line.trim_ascii_start();
    match key.first() {
        // The next item, if the line before leaves room for one.
        None => is_open_ended(before),
        Some(b',' | b'[' | b']' | b'}' | b'"' | b'\'' | b'`' | 0xe2) => true,
        Some(_) => {
            let name = identifier(key);
            let rest = key[name..].trim_ascii_start();
            match rest.strip_prefix(b":") {
                Some(value) => name > 0 && is_label(value.trim_ascii()),
                None => is_label(line) && is_open_ended(before),
            }
        }
    }
}

/// Whether the lines end where another item can follow.
fn is_open_ended(before: &[u8]) -> bool {
    const MOST_SPACES: usize = 4096;
    let tail = &before[before.len().saturating_sub(MOST_SPACES)..];
    matches!(tail.trim_ascii_end().last(), Some(b',' | b':' | b'['))
}

/// A line without its number, which documentation pages put in front.
fn without_number(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_start();
    &line[line.iter().take_while(|byte| byte.is_ascii_digit()).count()..]
}

fn identifier(text: &[u8]) -> usize {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    text.iter().take_while(is_name).count()
}

/// Whether there is nothing, or what a console writes before an object: the name of its type.
fn is_label(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$()".contains(byte);
    text.iter().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_or_an_item_goes_on_and_a_log_line_does_not() {
        for (before, line) in [
            ("{", "  \"detail\": "),
            ("{", "7 \"content\":"),
            ("{", "  detail: "),
            ("{\"a\": [", "  "),
            ("{\"a\": [{},\n", ""),
            ("{\"a\":\n", "  "),
            ("{", "  detail: Object "),
        ] {
            assert!(continues(before.as_bytes(), line.as_bytes()), "{before} {line}");
        }
        for (before, line) in [
            ("{ \"a\": {} }\n", ""),
            ("1{\n2 \"a\": {}\n3 }\n", "1"),
            ("function() {\n", "VoiceRecorder.js:17 "),
            ("if (x) {\n", ""),
            ("{ \"a\": 1,\n", "Received hold event: "),
            ("{ \"a\": 1,\n", "[onTelephonyEvent hold]: ".trim_start_matches('[')),
        ] {
            assert!(!continues(before.as_bytes(), line.as_bytes()), "{before} {line}");
        }
    }
}
