//! Numbers as the schemas check them: whole numbers of 64 bits exactly, all others as doubles.
//!
//! Payloads come from JavaScript, which has no other numbers, and most JSON Schema validators treat
//! them the same way. A number beyond the range of doubles (`1e999`) is read as the largest double
//! with its sign, which violates the bounds that the schemas set for every number.

use serde_json::Number;

/// The number spelled by `text`, which must follow JSON's grammar.
pub(crate) fn to_json_number(text: &[u8]) -> Number {
    let text = std::str::from_utf8(text).unwrap_or("0");
    if let Ok(whole) = text.parse::<u64>() {
        return whole.into();
    }
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    let double = text.parse::<f64>().unwrap_or(0.0).clamp(f64::MIN, f64::MAX);
    Number::from_f64(double).unwrap_or_else(|| 0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_64_bits_stay_exact() {
        assert_eq!(to_json_number(b"18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!(to_json_number(b"-9223372036854775808").as_i64(), Some(i64::MIN));
    }

    #[test]
    fn a_number_beyond_the_doubles_keeps_its_sign() {
        assert_eq!(to_json_number(b"1e999").as_f64(), Some(f64::MAX));
        assert_eq!(to_json_number(b"-1e999").as_f64(), Some(f64::MIN));
    }
}
