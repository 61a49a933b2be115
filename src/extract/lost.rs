//! What is lost: how a payload looks whose data is not in the text. Cold.

use super::names::Names;
use super::treatment::Treatment;
use super::treatments::Treatments;
use crate::contract::Name;

/// What `String(object)` is in JavaScript.
pub(super) const OBJECT_OBJECT: &[u8] = b"[object Object]";

/// What became of an object that no payload could be taken from: nothing, unless it looks like one.
/// Code has braces and names, too.
pub(super) fn unless_foreign(
    treatment: Treatment,
    text: &[u8],
    names: &Names,
    name: Option<Name<'_>>,
) -> Treatments {
    const CALL_ID: &[u8] = b"callId";
    let start = &text[..text.len().min(LONGEST_LOOK)];
    let is_typed = names.is_typed_in(text);
    let is_of_call = memchr::memmem::find(start, CALL_ID).is_some();
    let is_payload = is_typed || name.is_some() || is_of_call;
    if !is_payload || !begins_member(start) {
        return Treatments::NONE;
    }
    Treatments::of(treatment).naming_event(is_typed || name.is_some())
}

/// Bytes of a broken object that are looked at.
const LONGEST_LOOK: usize = 4096;

/// Whether a key follows the brace that `text` begins with, or what is left of one.
fn begins_member(text: &[u8]) -> bool {
    let inner = text.get(1..).unwrap_or_default();
    let inner = inner.trim_ascii_start();
    let inner = &inner
        [inner.iter().take_while(|it| it.is_ascii_digit() || it.is_ascii_whitespace()).count()..];
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let name = inner.iter().take_while(is_name).count();
    match inner.get(name..).unwrap_or_default().trim_ascii_start().first() {
        Some(b':') => name > 0,
        Some(b'"' | b'\'' | b'`' | b'\\' | 0xe2) => name == 0,
        None => true,
        Some(_) => false,
    }
}

/// Whether a line without any object says that there was one.
pub(super) fn line(text: &[u8], names: &Names, name: Option<Name<'_>>) -> Treatments {
    if memchr::memmem::find(text, OBJECT_OBJECT).is_none() {
        return Treatments::NONE;
    }
    let is_named = name.is_some() || names.announced(text).is_some();
    Treatments::of(Treatment::ObjectObject).naming_event(is_named)
}
