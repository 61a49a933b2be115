//! What was done to a line or to an object: a set of treatments.

use super::treatment::{Category, Treatment};

/// A set of treatments, and whether what was lost names an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Treatments(u64);

/// The bit beyond those of the treatments.
const NAMES_EVENT: u64 = 1 << 63;

impl Treatments {
    pub(super) const NONE: Self = Self(0);

    pub(super) fn of(treatment: Treatment) -> Self {
        Self(1 << treatment as u64)
    }

    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub(super) fn with(self, treatment: Treatment) -> Self {
        self.and(Self::of(treatment))
    }

    /// The same, where `is_so`.
    #[must_use]
    pub(super) fn with_if(self, treatment: Treatment, is_so: bool) -> Self {
        if is_so { self.with(treatment) } else { self }
    }

    /// Says that what was lost names an event.
    #[must_use]
    pub(super) fn naming_event(self, is_so: bool) -> Self {
        if is_so { Self(self.0 | NAMES_EVENT) } else { self }
    }

    pub(super) fn names_event(self) -> bool {
        self.0 & NAMES_EVENT != 0
    }

    pub(super) fn has(self, treatment: Treatment) -> bool {
        self.0 & (1 << treatment as u64) != 0
    }

    pub(super) fn is_none(self) -> bool {
        self.0 & !NAMES_EVENT == 0
    }

    /// The same without one of them.
    #[must_use]
    pub(super) fn without(self, treatment: Treatment) -> Self {
        Self(self.0 & !(1 << treatment as u64))
    }

    /// Those among them that say that something was lost.
    #[must_use]
    pub(super) fn only_lost(self) -> Self {
        let lost = self.iter().filter(|treatment| treatment.category() == Category::Lost);
        lost.fold(Self(self.0 & NAMES_EVENT), Self::with)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Treatment> {
        let mut rest = self.0 & !NAMES_EVENT;
        std::iter::from_fn(move || {
            let treatment = Treatment::at(rest.trailing_zeros())?;
            rest &= rest - 1;
            Some(treatment)
        })
    }

    /// The most notable category among them.
    pub(super) fn category(self) -> Category {
        self.iter().map(Treatment::category).max().unwrap_or(Category::NoPayload)
    }

    /// Whether a payload was taken.
    pub(super) fn is_taken(self) -> bool {
        let is_taken = |category| !matches!(category, Category::NoPayload | Category::Lost);
        self.iter().any(|treatment| is_taken(treatment.category()))
    }

    /// Whether something was lost.
    pub(super) fn is_lost(self) -> bool {
        self.iter().any(|treatment| treatment.category() == Category::Lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_notable_category_counts() {
        let both = Treatments::of(Treatment::TextAround).with(Treatment::Literals);
        assert_eq!(both.category(), Category::Repaired);
        assert!(both.is_taken() && !both.is_lost());
        assert_eq!(both.with(Treatment::Cut).category(), Category::Lost);
    }
}
