//! JSON text with positions: a tree that records the byte range of every value.
//!
//! `serde_json` keeps neither positions nor duplicate keys, and refuses lone surrogates and numbers
//! beyond `f64` that RFC 8259 allows. This reader is used by the cold path; it also describes what
//! is wrong with a text that is not JSON.

mod fix;
mod fragment;
mod layout;
mod number;
mod parse;
mod pointer;
mod scalar;
mod string;
mod syntax;
mod syntax_fix;

pub(crate) use fix::apply;
pub use fix::{Applicability, Edit, Fix};
pub(crate) use fragment::{Fragment, Lexeme};
pub(crate) use layout::{Token, compact, indented};
pub(crate) use number::to_json_number;
pub(crate) use parse::{Document, Repeated, Trouble, parse};
pub(crate) use pointer::{Pointer, follow, join, split};
pub(crate) use scalar::Scalar;
use string::spells;
pub(crate) use string::{decode, decode_lossy, decode_text, decode_utf8, escapes, quote};
pub(crate) use syntax::SyntaxError;

use std::ops::Range;

/// A JSON value and the half-open byte range of the line it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

/// Kind of a [`Node`]. Scalars stay in the text: their bytes are `line[node.span]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number,
    String,
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// One `"key": value` pair; the key's range includes its quotes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) key: Range<usize>,
    pub(crate) value: Node,
}

impl Node {
    /// The name JSON Schema gives to this kind of value.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "boolean",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array(_) => "array",
            Kind::Object(_) => "object",
        }
    }

    /// The members of an object; none for anything else.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            Kind::Null | Kind::Bool(_) | Kind::Number | Kind::String | Kind::Array(_) => &[],
        }
    }

    /// The value of `key`: of the last one if the key is a duplicate, as JavaScript reads it.
    pub(crate) fn member(&self, text: &[u8], key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| spells(&text[member.key.clone()], key))
    }

    /// The value of `key`, as [`Node::member`] finds it.
    pub(crate) fn get(&self, text: &[u8], key: &str) -> Option<&Node> {
        self.member(text, key).map(|member| &member.value)
    }

    /// The string's text with escapes resolved; `None` for any other kind.
    pub(crate) fn as_text(&self, text: &[u8]) -> Option<String> {
        (self.kind == Kind::String).then(|| decode_lossy(&text[self.span.clone()]))
    }

    /// Follows a JSON Pointer (RFC 6901).
    pub(crate) fn at(&self, text: &[u8], pointer: &str) -> Option<&Node> {
        split(pointer).try_fold(self, |node, token| match &node.kind {
            Kind::Object(_) => node.get(text, &token),
            Kind::Array(items) => items.get(token.parse::<usize>().ok()?),
            Kind::Null | Kind::Bool(_) | Kind::Number | Kind::String => None,
        })
    }

    /// The same value as a [`serde_json::Value`]. The last of duplicate keys counts, lone
    /// surrogates become U+FFFD, and numbers are doubles, as in JavaScript (see `number.rs`).
    pub(crate) fn to_value(&self, text: &[u8]) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number => Value::Number(to_json_number(&text[self.span.clone()])),
            Kind::String => Value::String(decode_lossy(&text[self.span.clone()])),
            Kind::Array(items) => items.iter().map(|item| item.to_value(text)).collect(),
            Kind::Object(members) => members
                .iter()
                .map(|member| {
                    (decode_lossy(&text[member.key.clone()]), member.value.to_value(text))
                })
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}
