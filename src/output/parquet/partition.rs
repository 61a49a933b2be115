//! The partitions of a table: one for all rows, or a folder per event type.

use std::borrow::Cow;
use std::fmt::Write as _;

/// How rows are divided.
#[derive(Debug, Clone)]
pub(crate) enum Partitions {
    /// One file.
    None,
    /// A folder for each of these types, and one for the rows of all others. Their number is known
    /// before the first row, so that no capture can fill the disk with folders.
    ByType(Vec<String>),
}

/// The property that tells partitions apart.
pub(crate) const TYPE: &str = "type";

/// The value that Hive gives the rows whose partition has no name; engines read it as null.
const NO_NAME: &str = "__HIVE_DEFAULT_PARTITION__";

/// The longest name of a folder on most file systems, in bytes.
const MOST_NAME_BYTES: usize = 255;

impl Partitions {
    /// A folder for each of these types that can be the name of one.
    pub(crate) fn by_type(types: impl Iterator<Item = String>) -> Self {
        let is_name = |name: &String| {
            !name.is_empty() && name != NO_NAME && folder(name).len() <= MOST_NAME_BYTES
        };
        let mut names: Vec<String> = Vec::new();
        for name in types.filter(is_name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self::ByType(names)
    }

    /// Number of partitions.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::None => 1,
            Self::ByType(types) => types.len() + 1,
        }
    }

    /// The partition of rows of this type, and whether its name says the type.
    pub(super) fn of(&self, name: &str) -> (usize, bool) {
        match self {
            Self::None => (0, false),
            Self::ByType(types) => match types.iter().position(|it| it == name) {
                Some(index) => (index, true),
                None => (types.len(), false),
            },
        }
    }

    /// The folder of a partition.
    pub(super) fn folder(&self, index: usize) -> Option<String> {
        match self {
            Self::None => None,
            Self::ByType(types) => Some(folder(types.get(index).map_or(NO_NAME, String::as_str))),
        }
    }
}

/// The folder of a type, named as Hive names it.
fn folder(name: &str) -> String {
    format!("{TYPE}={}", escaped(name))
}

/// A name with `%` and two digits for each character that Hive or Spark escapes in the name of a
/// folder, on any system.
fn escaped(name: &str) -> Cow<'_, str> {
    let is_special = |one: char| one.is_ascii_control() || "\"#%'*/:=?\\{}[]^<>| ".contains(one);
    if !name.contains(is_special) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(3 * name.len());
    for one in name.chars() {
        if is_special(one) {
            let _ = write!(text, "%{:02X}", u32::from(one));
        } else {
            text.push(one);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_escaped_as_hive_does() {
        assert_eq!(folder("audiostats"), "type=audiostats");
        assert_eq!(folder("a/b=c%d\n\u{7f}é.."), "type=a%2Fb%3Dc%25d%0A%7Fé..");
    }

    #[test]
    fn what_cannot_be_a_name_is_in_the_folder_without_one() {
        let types = ["hold", "", NO_NAME, &"x".repeat(251), &"=".repeat(84), "hold"];
        let partitions = Partitions::by_type(types.into_iter().map(str::to_owned));
        assert_eq!(partitions.count(), 2);
        assert_eq!(partitions.of("hold"), (0, true));
        for other in ["", NO_NAME, "Hold", "../x"] {
            assert_eq!(partitions.of(other), (1, false), "{other:?}");
        }
        assert_eq!(partitions.folder(1).as_deref(), Some("type=__HIVE_DEFAULT_PARTITION__"));
    }
}
