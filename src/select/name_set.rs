//! A set of types or of callIds, with a lookup time that does not depend on its size.

use std::collections::HashSet;

use foldhash::fast::RandomState;

/// Names, compared byte for byte.
// The hash has a random seed in each run, so that no list can be constructed to collide.
#[derive(Debug, Default)]
pub(crate) struct NameSet(HashSet<Box<[u8]>, RandomState>);

impl NameSet {
    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.0.contains(name)
    }

    /// All names, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|name| &**name)
    }
}

impl<T: AsRef<[u8]>> FromIterator<T> for NameSet {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self(names.into_iter().map(|name| name.as_ref().into()).collect())
    }
}

impl<T: AsRef<[u8]>> Extend<T> for NameSet {
    fn extend<I: IntoIterator<Item = T>>(&mut self, names: I) {
        self.0.extend(names.into_iter().map(|name| Box::from(name.as_ref())));
    }
}
