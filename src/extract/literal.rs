//! Words and numbers without quotes: what JSON has them for, or what a console means by them.

/// What a console writes before an object: `Object`, `Array(2)`, `Proxy(Object)`, `(2)`.
pub(super) fn is_label(text: &str) -> bool {
    text.len() <= 60
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'$' | b'(' | b')'))
}

/// The JSON spelling of a literal or a number.
pub(super) fn literal(bare: &str) -> Option<&str> {
    if is_number(bare.as_bytes()) {
        return Some(bare);
    }
    match bare {
        "null" | "NULL" | "Null" | "None" | "nil" | "undefined" | "NaN" => Some("null"),
        "true" | "TRUE" | "True" => Some("true"),
        "false" | "FALSE" | "False" => Some("false"),
        _ => None,
    }
}

/// Whether RFC 8259 knows the number.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(text);
    if whole == 0 || whole > 1 && text.starts_with(b"0") {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent =
            exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_json_are_numbers() {
        for number in ["0", "-0", "10", "1.50", "-2.5e+3", "1E9"] {
            assert_eq!(literal(number), Some(number));
        }
        for other in ["", "-", "01", "1.", ".5", "+1", "1e", "0x1f", "1_000", "12n", "Infinity"] {
            assert_eq!(literal(other), None, "{other}");
        }
    }
}
