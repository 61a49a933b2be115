//! Breaks a share of the lines on purpose, and records which.
//!
//! Of the rules that a line can break, it chooses the one that was broken least often so far, so
//! that rare rules occur too.

use super::Recipe;
use super::breakage::{Scene, WAYS};
use super::random::Random;
use crate::contract::{Bundle, EventId, Rule};
use crate::error::Error;
use crate::text::visible;

/// A line that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Line number from 1.
    pub line: u64,
    /// The only rule that the line breaks.
    pub rule: Rule,
}

/// Share of the lines that are broken, in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate(u64);

const ALL_LINES: u64 = 1_000_000_000;
const DECIMALS: usize = 9;

impl Rate {
    /// A share from `0` to `1` with up to nine decimals.
    pub(crate) fn new(text: &str) -> Result<Self, Error> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = format!("{whole}{part:0<DECIMALS$}");
        let is_number = [whole, part].iter().all(|it| !it.is_empty()) && part.len() <= DECIMALS;
        let rate = digits.parse::<u64>().ok().filter(|rate| *rate <= ALL_LINES && is_number);
        rate.filter(|_| digits.bytes().all(|it| it.is_ascii_digit())).map(Self).ok_or_else(|| {
            Error::Usage(format!(
                "\"{}\" is not a valid share of lines: give --faults a number from 0 to 1, for \
                 example 0.001",
                visible(text)
            ))
        })
    }

    /// Whether no line is broken.
    pub(crate) fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// Breaks a share of the lines.
pub(super) struct FaultInjector<'a> {
    bundle: &'a Bundle,
    /// A separate random stream, so that the other lines are the same as in a capture without
    /// faults.
    random: Random,
    rate: Rate,
    /// Number of broken lines by [`WAYS`].
    counts: [u64; WAYS.len()],
}

/// Separates the random stream of faults from that of the calls.
const OTHER_STREAM: u64 = 0xfa17;

impl<'a> FaultInjector<'a> {
    pub(super) fn new(recipe: &Recipe, bundle: &'a Bundle) -> Self {
        let random = Random::new(Random::new(recipe.seed ^ OTHER_STREAM).bits());
        Self { bundle, random, rate: recipe.faults, counts: [0; WAYS.len()] }
    }

    /// Whether the next line should be broken. Draws a random number.
    pub(super) fn is_next_faulty(&mut self) -> bool {
        !self.rate.is_zero() && self.random.below(ALL_LINES) < self.rate.0
    }

    /// Breaks the line at the end of `out` that begins at `start`.
    pub(super) fn break_line(
        &mut self,
        event: EventId,
        out: &mut Vec<u8>,
        start: usize,
    ) -> Option<Rule> {
        let line = out[start..].strip_suffix(b"\n")?;
        let scene = Scene::new(line, self.bundle.event(event))?;
        let mut order: Vec<usize> = (0..WAYS.len()).collect();
        self.random.shuffle(&mut order);
        order.sort_by_key(|&way| self.counts[way]);
        let (way, broken) = order
            .into_iter()
            .find_map(|way| Some((way, WAYS[way].1(&scene, &mut self.random)?)))?;
        self.counts[way] += 1;
        out.truncate(start);
        out.extend_from_slice(&broken);
        out.push(b'\n');
        Some(WAYS[way].0)
    }
}
