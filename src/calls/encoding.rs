//! A call as a report has it: all that merging needs, in a few hundred characters.
//!
//! Figures are computed from it, but cannot be read in it. The format is postcard (integers of
//! variable length) with runs of zeros shortened, in Base64.

use data_encoding::BASE64_NOPAD;
use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use super::call::{Call, Edge};
use super::duplicate::{LatestLines, LineHash, REACH};
use super::head::Head;
use super::participants::ParticipantHashes;

/// What a report has of a call whose first lines are not in its sums.
#[derive(Serialize, Deserialize)]
struct Encoded<C> {
    sums: C,
    head: Head,
    /// The hashes of the latest lines, the latest first.
    latest: [LineHash; REACH],
}

/// Characters of a call in a report: more are not read. Sketches take most, 200 bytes each.
const LONGEST: usize = 64 * 1024;

/// Bytes that the characters can stand for: a run of zeros takes two.
const MOST_BYTES: usize = 1024 * 1024;

/// The call, in which nothing may tell who took part.
pub(super) fn encode(call: &mut Call, hashes: &ParticipantHashes) -> String {
    let mut head = call.edge.as_ref().map(|edge| edge.head.clone()).unwrap_or_default();
    let hidden = |hash: LineHash| hash.reported(|value| hashes.hide(value));
    for line in head.lines_mut() {
        line.hash = hidden(line.hash);
    }
    let latest = call.latest.hashes().map(hidden);
    let reported = call.participants.reported(hashes);
    let participants = std::mem::replace(&mut call.participants, reported);
    let encoded = Encoded { sums: &*call, head, latest };
    // Nothing of a call is of a type that cannot be written.
    let bytes = postcard::serialize_with_flavor(&encoded, Shortener::default()).unwrap_or_default();
    call.participants = participants;
    BASE64_NOPAD.encode(&bytes)
}

/// The call that `text` is, which is not settled; `None` where it is none.
pub(super) fn decode(text: &str) -> Option<Call> {
    let text = Some(text).filter(|text| text.len() <= LONGEST)?;
    let bytes = lengthened(&BASE64_NOPAD.decode(text.as_bytes()).ok()?)?;
    let (encoded, rest) = postcard::take_from_bytes::<Encoded<Call>>(&bytes).ok()?;
    let Encoded { sums, head, latest } = encoded;
    // Lines are counted only behind the first ones.
    if !rest.is_empty() || sums.lines() > 0 && !head.is_full() {
        return None;
    }
    let edge = Edge { head, ..Edge::default() };
    Some(Call { latest: LatestLines::after(latest), edge: Some(Box::new(edge)), ..sums })
}

/// Writes bytes with a count behind the first zero of each run, in the place of the others.
#[derive(Default)]
struct Shortener {
    short: Vec<u8>,
    /// Whether the last byte counts zeros.
    is_count: bool,
}

impl Flavor for Shortener {
    type Output = Vec<u8>;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        match self.short.last_mut() {
            Some(zeros) if byte == 0 && self.is_count && *zeros < u8::MAX => *zeros += 1,
            _ if byte == 0 => self.short.extend([0, 1]),
            _ => self.short.push(byte),
        }
        self.is_count = byte == 0;
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.short)
    }
}

/// The bytes that were shortened to these.
fn lengthened(short: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(2 * short.len());
    let mut rest = short.iter();
    while let Some(&byte) = rest.next() {
        let times = if byte == 0 { usize::from(*rest.next()?) } else { 1 };
        bytes.resize(bytes.len() + times, byte);
        if bytes.len() > MOST_BYTES {
            return None;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::calls::observation::{Observation, Role, What};
    use crate::calls::report::{Counter, Report};
    use crate::calls::streak::Bounds;
    use crate::contract::EventId;
    use crate::redact::Key;

    const BOUNDS: Bounds =
        Bounds { loss: 0.01_f64.next_up(), jitter: 100.0, round_trip: f64::INFINITY };

    /// A line: its observations, of which those behind the first are further reports.
    type Lines = Vec<Vec<Observation>>;

    fn observation(event: EventId, hash: u64, what: What, recorded: i64) -> Observation {
        Observation {
            call: Some(0),
            number: 0,
            offset: 0,
            event,
            hash,
            is_personal: matches!(what, What::Party { .. } | What::Talk { .. }),
            is_more: false,
            what,
            recorded: NonZero::new(recorded),
            raw: (0, 0),
            next: u32::MAX,
        }
    }

    /// Counters as they come: intervals, cumulative ones, odd ones.
    fn report() -> impl Strategy<Value = What> {
        let count = prop_oneof![0_i64..1600, (1_i64..9).prop_map(|it| 1500 * it), -1_i64..1 << 53];
        let small = prop_oneof![Just(0_i64), 0_i64..40, 0_i64..20_000];
        (0_u8..2, small.clone(), count, small.clone(), small).prop_map(
            |(channel, lost, count, jitter, round_trip)| {
                let counter = |value: i64| Counter::new(Some(value));
                let [lost, count] = [lost, count].map(counter);
                let [jitter, round_trip] = [jitter, round_trip].map(counter);
                What::Report(Report { channel, lost, count, jitter, round_trip })
            },
        )
    }

    /// A few lines from few values, so that there are copies among them.
    fn lines() -> impl Strategy<Value = Lines> {
        let recorded = prop_oneof![Just(0_i64), 1_i64..2000];
        let plain =
            (prop::sample::select(&[3_usize, 6, 7, 10, 11][..]), 0_u64..2, recorded.clone())
                .prop_map(|(event, hash, at)| {
                    let event = EventId::all().nth(event).expect("it is one");
                    vec![observation(event, hash, What::Plain, at)]
                });
        let party = (prop::sample::select(&[1_usize, 2, 4, 5][..]), 0_u64..3, recorded.clone())
            .prop_map(|(event, participant, at)| {
                let event = EventId::all().nth(event).expect("it is one");
                let what = What::Party { participant, is_outbound: Some(true), is_added: false };
                vec![observation(event, participant + 10, what, at)]
            });
        let talk = (0_u64..4, 1_i64..2000, recorded.clone()).prop_map(|(hash, at, recorded)| {
            let what = What::Talk { at: Some(at), role: Role::Supervisor };
            vec![observation(EventId::Transcript, 20 + hash, what, recorded)]
        });
        let reports = (prop::collection::vec(report(), 1..4), 0_u64..4, recorded).prop_map(
            |(reports, hash, at)| {
                let all = reports.into_iter().enumerate().map(|(nth, what)| Observation {
                    is_more: nth > 0,
                    ..observation(EventId::AudioStats, hash, what, at)
                });
                all.collect()
            },
        );
        let line = prop_oneof![1 => plain, 1 => party, 1 => talk, 4 => reports];
        let lines = prop::collection::vec((line, 1_usize..4, 0_usize..6), 0..30);
        // Some of them again, a few lines later.
        lines.prop_map(|lines| {
            let mut all: Lines = Vec::new();
            for (line, copies, distance) in lines {
                for _ in 0..copies {
                    let place = all.len().saturating_sub(distance);
                    all.insert(place, line.clone());
                }
            }
            for (line, number) in all.iter_mut().zip(1..) {
                for observation in line.iter_mut() {
                    observation.number = number;
                }
            }
            all
        })
    }

    fn call(lines: &[Vec<Observation>], mut call: Call) -> Call {
        for observation in lines.iter().flatten() {
            call.take(observation, 0, &BOUNDS);
        }
        call
    }

    fn hashes() -> ParticipantHashes {
        ParticipantHashes::Keyed(Key::new(&[7; 32]))
    }

    fn part(lines: &[Vec<Observation>]) -> Call {
        let text = encode(&mut call(lines, Call::mergeable()), &hashes());
        decode(&text).expect("what was written is read")
    }

    fn sum(parts: &[Call]) -> Call {
        let mut sum = Call::mergeable();
        for part in parts {
            sum.append(part, &BOUNDS);
        }
        sum
    }

    /// All that figures are told from.
    fn told(mut call: Call, hashes: &ParticipantHashes) -> Call {
        let state = encode(&mut call, hashes).into_boxed_str();
        call.settle(state, &BOUNDS);
        Call { edge: None, latest: LatestLines::default(), ..call }
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(14), failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn parts_of_a_call_merge_to_the_whole_wherever_they_are_cut(
            lines in lines(),
            mut cuts in prop::collection::vec(0_usize..60, 0..6),
            group in 0_usize..6,
        ) {
            cuts.extend([0, lines.len()]);
            for cut in &mut cuts { *cut = (*cut).min(lines.len()); }
            cuts.sort_unstable();
            let parts: Vec<Call> = cuts.windows(2).map(|cut| part(&lines[cut[0]..cut[1]])).collect();
            let read = ParticipantHashes::AsRead(None);
            let whole = told(part(&lines), &read);
            prop_assert_eq!(&told(sum(&parts), &read), &whole);
            // In any order of merging, through reports of merged parts, too.
            let (left, right) = parts.split_at(group.min(parts.len()));
            let halves = [left, right].map(|parts| {
                decode(&encode(&mut sum(parts), &read)).expect("what was written is read")
            });
            prop_assert_eq!(&told(sum(&halves), &read), &whole);
            // And to what comes without any part.
            let alone = call(&lines, Call::default());
            let named = Call { participants: whole.participants.clone(), ..alone };
            prop_assert_eq!(&Call { latest: LatestLines::default(), ..named }, &whole);
        }

        #[test]
        fn text_that_is_no_call_is_refused(text in "[A-Za-z0-9+/]{0,200}", at in 0_usize..400, with in 0_u8..64) {
            let _ = decode(&text);
            let known = encode(&mut call(&[], Call::mergeable()), &hashes());
            let mut bytes = known.into_bytes();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[usize::from(with)];
            }
            let text = String::from_utf8(bytes).expect("it is ASCII");
            if let Some(call) = decode(&text) {
                told(sum(&[call.clone(), call]), &ParticipantHashes::Omitted);
            }
        }
    }

    #[test]
    fn runs_of_zeros_are_short_and_come_back() {
        for bytes in [vec![], vec![0], vec![1, 0, 0, 2], vec![0; 1000], vec![7; 300]] {
            let mut shortener = Shortener::default();
            for byte in &bytes {
                shortener.try_push(*byte).expect("there is room");
            }
            assert_eq!(lengthened(&shortener.short), Some(bytes));
        }
        assert_eq!(lengthened(&[0]), None);
        assert_eq!(lengthened(&[0, 255].repeat(10_000)), None, "a report can fill no memory");
    }

    #[test]
    fn without_a_key_nothing_in_a_call_depends_on_names() {
        let party = |participant: u64| {
            let what = What::Party { participant, is_outbound: None, is_added: false };
            vec![observation(EventId::Hold, participant, what, 0)]
        };
        let text = |first, second| {
            let lines = [party(first), party(second), party(1), party(2), party(3), party(first)];
            encode(&mut call(&lines, Call::mergeable()), &ParticipantHashes::Omitted)
        };
        assert_eq!(text(11, 12), text(13, 14));
    }
}
