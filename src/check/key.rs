//! Which keys of a payload are names of properties, and which are data that was made a key.

/// Digits that a property's name has at most: `address2`, `x2024`.
const MOST_DIGITS: usize = 4;

/// Bytes that it has at most.
const LONGEST: usize = 64;

/// Whether an undocumented key is data: a phone number, an identifier, an address, somebody's name
/// in several words. The name of a property is written like one in a programming language, with
/// `-`, `.` and `:` besides; it has few digits, and is not long.
pub(crate) fn is_data(key: &str) -> bool {
    let mut bytes = key.bytes();
    let Some(first) = bytes.next() else { return false };
    let is_begun = first.is_ascii_alphabetic() || b"_$@".contains(&first);
    let is_written = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_$-.:".contains(&byte));
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    !(is_begun && is_written && digits <= MOST_DIGITS && key.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_not_written_like_a_name_is_data() {
        let names =
            ["callId", "x-request-id", "Custom_Field__c", "@type", "address2", "a.b", "$id"];
        assert!(names.into_iter().chain([""]).all(|key| !is_data(key)));
        for key in [
            "+1 (415) 999-0000",
            "4159990000",
            "d7a9f1b7-fc17-43fe-8ca7-e584a2b34792",
            "angela@example.com",
            "Angela Agent",
            "Ангела",
            "p4159990000",
            "\u{fffd}",
            "a/b",
        ] {
            assert!(is_data(key), "{key}");
        }
    }
}
