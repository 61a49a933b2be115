//! What equal lines have in common: a hash of their values, however those are spelled.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use foldhash::fast::FixedState;

use crate::json::{self, Scalar};

/// The hash of a line that is no copy of any other, and that has no copies.
pub(crate) const NO_COPY: u64 = 0;

/// An odd number without a pattern: two to the 64 divided by the golden ratio.
pub(super) const HASH_BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What lines with these values have in common: `0.0` is 0, and `"\u0061"` is "a". Arrays and
/// objects, where scalars are documented, count as they are spelled. Never [`NO_COPY`].
pub(super) fn hash_of<'a>(values: impl IntoIterator<Item = Option<Scalar<'a>>>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    for scalar in values {
        let Some(scalar) = scalar else {
            0_u8.hash(&mut hasher);
            continue;
        };
        let spelled = scalar.spelled();
        if spelled.first() == Some(&b'"') {
            json::decode(spelled).hash(&mut hasher);
            continue;
        }
        match scalar.whole() {
            Some(whole) => whole.hash(&mut hasher),
            None => match scalar.double() {
                Some(double) => double.to_bits().hash(&mut hasher),
                None => spelled.hash(&mut hasher),
            },
        }
    }
    hasher.finish().max(1)
}
