//! Numbers in front of lines, as documentation pages show code.

/// Whether the lines after the first begin with numbers that follow each other.
pub(super) fn is_numbered(text: &str) -> bool {
    let number = |line: &str| -> Option<u64> {
        let line = line.trim_start();
        line[..length_of_number(line.as_bytes())].parse().ok()
    };
    let mut lines = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let Some(mut before) = lines.next().and_then(number) else { return false };
    lines.all(|line| {
        let expected = before.checked_add(1);
        before = expected.unwrap_or_default();
        expected.is_some() && number(line) == expected
    })
}

/// How many bytes of a line its number takes, with the white space before it; 0 where it has none.
pub(super) fn length_of_number(line: &[u8]) -> usize {
    let spaces = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let digits = line[spaces..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { 0 } else { spaces + digits }
}
