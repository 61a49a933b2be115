//! What is lost: how a payload looks whose data is not in the text. Cold.

use super::envelope;
use super::finder::Finder;
use super::names::{Name, Names};
use super::repair::ELLIPSIS;
use super::treatment::Treatment;
use super::treatments::Treatments;
use crate::json::{Kind, Node};

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

/// What became of a JSON object in which there is no payload.
pub(super) fn object(
    finder: &mut Finder<'_>,
    (node, text): (&Node, &[u8]),
    name: Option<Name<'_>>,
) -> Treatments {
    let Kind::Object(members) = &node.kind else { return Treatments::NONE };
    let kind = node.get(text, "type").and_then(|it| it.as_text(text));
    let is_incomplete = node.member(text, ELLIPSIS).is_some()
        || members.iter().any(|it| it.value.member(text, ELLIPSIS).is_some());
    let is_of_event = || {
        let is_event = |kind: &str| finder.names.value(kind).is_some();
        name.is_some() || kind.as_deref().is_some_and(is_event)
    };
    if is_incomplete {
        return Treatments::of(Treatment::Collapsed).naming_event(is_of_event());
    }
    if node.get(text, "isTrusted").is_some() {
        return Treatments::of(Treatment::IsTrusted).naming_event(is_of_event());
    }
    if let Some(kind) = kind {
        let detail = node.get(text, "detail").filter(|it| !it.members().is_empty());
        return match detail {
            // A misspelt name: `validate` says so, and which one may be meant.
            Some(_) if finder.names.is_near(&kind) => {
                finder.push_line(&text[node.span.clone()]);
                let joined = text[node.span.clone()].contains(&b'\n');
                Treatments::of(Treatment::AsIs).with_if(Treatment::Joined, joined)
            }
            _ => other_event(finder, &kind, detail.is_some()),
        };
    }
    let bundle = &finder.validator.bundle;
    if envelope::call_id(node, text, bundle).is_some() {
        return Treatments::of(Treatment::NoName);
    }
    Treatments::NONE
}

/// An event that is not the toolkit's: one that is known, or anything with a detail.
fn other_event(finder: &mut Finder<'_>, kind: &str, has_detail: bool) -> Treatments {
    if !has_detail && finder.validator.bundle.other_name(kind).is_none() {
        return Treatments::NONE;
    }
    finder.account.add_other(kind);
    Treatments::of(Treatment::OtherEvent)
}

/// Whether a line without any object says that there was one.
pub(super) fn line(text: &[u8], names: &Names, name: Option<Name<'_>>) -> Treatments {
    if memchr::memmem::find(text, OBJECT_OBJECT).is_none() {
        return Treatments::NONE;
    }
    let is_named = name.is_some() || names.announced(text).is_some();
    Treatments::of(Treatment::ObjectObject).naming_event(is_named)
}
