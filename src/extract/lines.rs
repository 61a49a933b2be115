//! Accounts for lines: what became of each, and which of them are rejects.

use super::account::Account;
use super::finder::{Span, is_array};
use super::lost;
use super::names::Names;
use super::treatment::{Category, Treatment};
use super::treatments::Treatments;
use crate::contract::Name;

/// The lines of a capture, one after the other.
pub(super) struct Lines<'a> {
    names: &'a Names,
    /// Number of the current line, from 1.
    number: u64,
    /// What has become of the parts of the current line that were seen.
    current: Treatments,
    /// Whether such a part held anything.
    has_text: bool,
    /// Whether a part of the current line is among the rejects.
    is_rejected: bool,
    keeps_rejects: bool,
    /// A line that is to be accounted for when the next one is known.
    announcement: Option<Announcement<'a>>,
}

/// A line that names an event, whose detail may follow.
struct Announcement<'a> {
    name: Name<'a>,
    number: u64,
    raw: Vec<u8>,
}

/// Longest line that may announce an event.
const LONGEST_ANNOUNCEMENT: usize = 200;

impl<'a> Lines<'a> {
    pub(super) fn new(names: &'a Names, keeps_rejects: bool) -> Self {
        Self {
            names,
            number: 1,
            current: Treatments::NONE,
            has_text: false,
            is_rejected: false,
            keeps_rejects,
            announcement: None,
        }
    }

    /// Whether the current line has not been looked at yet.
    pub(super) fn is_at_start(&self) -> bool {
        !self.has_text && self.current == Treatments::NONE
    }

    /// The event that the line before announces.
    pub(super) fn announced(&self) -> Option<Name<'a>> {
        self.announcement.as_ref().map(|it| it.name)
    }

    /// Accounts for the line before, whose announcement was taken up or not.
    pub(super) fn settle_announcement(
        &mut self,
        is_taken_up: bool,
        account: &mut Account,
        rejects: &mut Vec<u8>,
    ) {
        let Some(announcement) = self.announcement.take() else { return };
        if is_taken_up {
            account.add(announcement.number, Treatments::of(Treatment::NameBefore));
        } else {
            account.add(announcement.number, Treatments::of(Treatment::NoPayload));
            if self.keeps_rejects {
                push_line(&announcement.raw, rejects);
            }
        }
    }

    /// Accounts for a line that is a payload already.
    pub(super) fn add_clean(&mut self, account: &mut Account) {
        account.add_clean(self.number);
        self.number += 1;
    }

    /// Accounts for a whole line.
    pub(super) fn add(&mut self, treatments: Treatments, account: &mut Account) {
        account.add(self.number, treatments);
        self.number += 1;
    }

    /// Accounts for a whole line without an object.
    pub(super) fn add_plain(&mut self, raw: &[u8], account: &mut Account, rejects: &mut Vec<u8>) {
        let text = raw.trim_ascii();
        if text.is_empty() {
            account.add_blank();
            self.number += 1;
            return;
        }
        let announced = self.announced();
        let lost = lost::line(text, self.names, announced);
        self.settle_announcement(false, account, rejects);
        let is_short = text.len() <= LONGEST_ANNOUNCEMENT;
        if lost.is_none()
            && let Some(name) = is_short.then(|| self.names.announced(text)).flatten()
        {
            let raw = if self.keeps_rejects { raw.to_vec() } else { Vec::new() };
            self.announcement = Some(Announcement { name, number: self.number, raw });
            self.number += 1;
            return;
        }
        self.add_part(raw, lost, rejects);
        self.end_line(account, rejects);
    }

    /// Accounts for the lines of `text`, in which `spans` held something. Its last line goes on where
    /// there is no newline, unless `is_last`.
    pub(super) fn add_spans(
        &mut self,
        (text, is_last): (&[u8], bool),
        spans: &[Span],
        account: &mut Account,
        rejects: &mut Vec<u8>,
    ) {
        let (mut start, mut first) = (0, 0);
        for raw in text.split_inclusive(|byte| *byte == b'\n') {
            let end = start + raw.len();
            while spans.get(first).is_some_and(|span| span.range.end <= start) {
                first += 1;
            }
            let in_line = spans[first..].iter().take_while(|span| span.range.start < end);
            let (mut treatments, mut taken) = (Treatments::NONE, 0);
            for span in in_line {
                treatments = treatments.and(span.treatments);
                taken += u32::from(span.treatments.is_taken());
            }
            let treatments = treatments.with_if(Treatment::Several, taken > 1);
            let treatments =
                if treatments.is_none() { lost::line(raw, self.names, None) } else { treatments };
            self.add_part(raw, treatments, rejects);
            if raw.ends_with(b"\n") || is_last && end == text.len() {
                self.end_line(account, rejects);
            }
            start = end;
        }
    }

    /// Adds a part of the current line.
    fn add_part(&mut self, raw: &[u8], treatments: Treatments, rejects: &mut Vec<u8>) {
        let text = raw.trim_ascii();
        let treatments = match treatments.is_none() {
            true if text.is_empty() => treatments,
            true if is_array(text) => Treatments::of(Treatment::Array),
            true => Treatments::of(Treatment::NoPayload),
            false => treatments,
        };
        self.has_text |= !text.is_empty();
        self.current = self.current.and(treatments);
        let is_reject = matches!(treatments.category(), Category::NoPayload | Category::Lost);
        if self.keeps_rejects && is_reject && !text.is_empty() {
            rejects.extend_from_slice(raw);
            self.is_rejected = !raw.ends_with(b"\n");
        }
    }

    fn end_line(&mut self, account: &mut Account, rejects: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_rejected) {
            rejects.push(b'\n');
        }
        let treatments = std::mem::take(&mut self.current);
        let treatments = if treatments.is_taken() || treatments.is_lost() {
            treatments.without(Treatment::NoPayload)
        } else {
            treatments
        };
        if std::mem::take(&mut self.has_text) {
            account.add(self.number, treatments);
        } else {
            account.add_blank();
        }
        self.number += 1;
    }
}

/// Appends a line, with a newline even where it had none.
fn push_line(raw: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(raw);
    if !raw.ends_with(b"\n") {
        out.push(b'\n');
    }
}
