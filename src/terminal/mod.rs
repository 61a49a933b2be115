//! What terminals show: colours and characters.

mod style;

pub(crate) use style::{Charset, Colour, TextStyle, Tone};
