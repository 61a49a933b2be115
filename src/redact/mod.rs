//! Puts made-up values in the place of personal ones: the same value by the same one wherever it
//! stands, in the same spelling, and none by the same as another.
//!
//! `spots` says which bytes of a payload are somebody's, from the schemas' annotations; `replacer`
//! says what stands there instead, by one file for each form that a value has; `redactor` makes the
//! line, and checks it before anybody sees it. Everything follows from a [`Key`].

mod character;
mod keep;
mod key;
mod name;
mod number;
mod permutation;
mod phone;
mod redactor;
mod replacer;
mod shape;
mod spelling;
mod spots;
mod stream;
mod text;
mod time;
mod value;

pub(crate) use key::Key;
pub(crate) use redactor::{Cache, LeftOut, Redactor};
pub(crate) use replacer::Times;
pub(crate) use value::Value;
