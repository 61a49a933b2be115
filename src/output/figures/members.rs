//! JSON objects of rows, written member by member: a third of a row's time went to looking for
//! characters to escape in its keys.

use serde::Serialize;

/// An object that is being written.
pub(super) struct Members<'a> {
    text: &'a mut Vec<u8>,
    is_first: bool,
}

/// Writes an object.
pub(super) fn object(text: &mut Vec<u8>, write: impl FnOnce(&mut Members<'_>)) {
    text.push(b'{');
    write(&mut Members { text: &mut *text, is_first: true });
    text.push(b'}');
}

impl Members<'_> {
    /// Writes a member. Its key has no characters to escape.
    pub(super) fn add(&mut self, key: &str, value: impl Serialize) {
        let text = self.key(key);
        let written = serde_json::to_writer(text, &value);
        debug_assert!(written.is_ok(), "no value has a map whose keys are no strings");
    }

    /// Writes a member whose value is a string without characters to escape.
    pub(super) fn add_plain(&mut self, key: &str, value: &str) {
        let text = self.key(key);
        text.push(b'"');
        text.extend_from_slice(value.as_bytes());
        text.push(b'"');
    }

    /// Writes a member whose value is an object.
    pub(super) fn add_object(&mut self, key: &str, write: impl FnOnce(&mut Members<'_>)) {
        object(self.key(key), write);
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_first) {
            self.text.push(b',');
        }
        self.text.push(b'"');
        self.text.extend_from_slice(key.as_bytes());
        self.text.extend_from_slice(b"\":");
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_those_that_a_json_reader_finds() {
        let mut text = Vec::new();
        object(&mut text, |row| {
            row.add("callId", "a\"\\\u{1b}é");
            row.add("from", None::<i64>);
            row.add("values", [0.5, f64::NAN]);
            row.add_object("messages", |messages| {
                messages.add("agent", 1);
                messages.add("other", 2);
            });
            row.add_object("channels", |_| ());
            row.add_plain("state", "AAEC");
        });
        let expected = serde_json::json!({
            "callId": "a\"\\\u{1b}é", "from": null, "values": [0.5, null],
            "messages": { "agent": 1, "other": 2 }, "channels": {}, "state": "AAEC",
        });
        assert_eq!(String::from_utf8_lossy(&text), expected.to_string());
    }
}
