//! How often each event comes: shares of lines, asked for by name or as is usual.

use crate::check::unknown_event;
use crate::contract::{Bundle, EventId};
use crate::error::Error;
use crate::text::visible;

/// What can happen in a call: of every event type one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Happening {
    AudioStats,
    CallStarted,
    CallConnected,
    CallEnded,
    WrapUpEnded,
    Transcript,
    Hold,
    Resume,
    Mute,
    Unmute,
    ParticipantAdded,
    ParticipantRemoved,
    Conference,
    Swap,
    PauseRecording,
    ResumeRecording,
    FlagRaise,
    FlagLower,
    Note,
}

/// How many there are.
pub(super) const HAPPENINGS: usize = 19;

/// A whole capture, in the millionths that shares are counted in.
pub(super) const WHOLE: u64 = 1_000_000;

/// A percent of a capture.
const PERCENT: u64 = WHOLE / 100;

/// Each happening, its event's name, and its usual share: what is left of 4 % for everything but
/// statistics when a call of 48 minutes, at two reports every 30 seconds, has one or two of each.
pub(super) const USUAL: [(Happening, &str, u64); HAPPENINGS] = [
    (Happening::AudioStats, "audiostats", 960_000),
    (Happening::CallStarted, "callstarted", 5_000),
    (Happening::CallConnected, "callconnected", 5_000),
    (Happening::CallEnded, "callended", 5_000),
    (Happening::WrapUpEnded, "wrapupended", 4_000),
    (Happening::Transcript, "transcript", 6_800),
    (Happening::Hold, "hold", 2_200),
    (Happening::Resume, "resume", 2_000),
    (Happening::Mute, "mute", 1_500),
    (Happening::Unmute, "unmute", 1_500),
    (Happening::ParticipantAdded, "participantadded", 1_200),
    (Happening::ParticipantRemoved, "participantremoved", 800),
    (Happening::Conference, "conference", 600),
    (Happening::Swap, "swap", 400),
    (Happening::PauseRecording, "pauserecording", 800),
    (Happening::ResumeRecording, "resumerecording", 800),
    (Happening::FlagRaise, "flagraise", 900),
    (Happening::FlagLower, "flaglower", 900),
    (Happening::Note, "note", 600),
];

/// Events that come equally often: naming one names the others.
const TOGETHER: [&[Happening]; 5] = [
    &[Happening::CallStarted, Happening::CallConnected, Happening::CallEnded],
    &[Happening::Mute, Happening::Unmute],
    &[Happening::PauseRecording, Happening::ResumeRecording],
    &[Happening::FlagRaise, Happening::FlagLower],
    &[Happening::Hold, Happening::Resume],
];

/// The share of lines that each event has, in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix([u64; HAPPENINGS]);

impl Happening {
    fn name(self) -> &'static str {
        USUAL[self as usize].1
    }
}

impl Mix {
    /// The usual mix of the events that `bundle` has, of which 96 % are audiostats.
    #[must_use]
    pub fn usual(bundle: &Bundle) -> Self {
        Self([0; HAPPENINGS]).filled(&[None; HAPPENINGS], WHOLE, bundle)
    }

    /// The mix that `asked` describes: `transcript=3` makes 3 % of the lines transcripts. What is
    /// left goes to the events not named, as is usual among them.
    pub(crate) fn new(asked: &[String], bundle: &Bundle) -> Result<Self, Error> {
        let mut named = [None; HAPPENINGS];
        for text in asked {
            let (happening, share) = share(text, bundle)?;
            if named[happening as usize].replace(share).is_some() {
                let name = happening.name();
                return Err(usage(format!("--mix names {name} twice")));
            }
        }
        for group in TOGETHER {
            keep_together(group, &mut named)?;
        }
        let sum: u64 = named.iter().flatten().sum();
        let is_too_little = sum < WHOLE && named.iter().all(Option::is_some);
        if sum > WHOLE || is_too_little {
            return Err(usage(format!(
                "the shares in --mix add up to {} %, {} than 100 % (including events that come in \
                 pairs)",
                percent(sum),
                if is_too_little { "less" } else { "more" }
            )));
        }
        Ok(Self([0; HAPPENINGS]).filled(&named, WHOLE - sum, bundle))
    }

    pub(super) fn share(&self, happening: Happening) -> u64 {
        self.0[happening as usize]
    }

    /// Gives the named events their shares and parts `rest` among the others.
    fn filled(mut self, named: &[Option<u64>; HAPPENINGS], rest: u64, bundle: &Bundle) -> Self {
        let weight = |(happening, name, usual): (Happening, &str, u64)| {
            let is_open = named[happening as usize].is_none() && exists(name, bundle);
            if is_open { usual } else { 0 }
        };
        let weights = USUAL.map(weight);
        let all: u64 = weights.iter().sum();
        for (index, share) in self.0.iter_mut().enumerate() {
            *share = named[index].unwrap_or_else(|| rest * weights[index] / all.max(1));
        }
        self
    }
}

/// Whether the contract of this API version has the event.
fn exists(name: &str, bundle: &Bundle) -> bool {
    EventId::from_name(name).is_some_and(|id| bundle.event(id).since <= bundle.api())
}

/// Reads `event=percent`.
fn share(text: &str, bundle: &Bundle) -> Result<(Happening, u64), Error> {
    let example = "expected events and percentages, for example audiostats=96,transcript=3";
    let Some((name, number)) = text.split_once('=') else {
        return Err(usage(format!("\"{}\" is not a valid share: {example}", visible(text))));
    };
    let Some(&(happening, name, _)) = USUAL.iter().find(|(_, known, _)| *known == name.trim())
    else {
        return Err(usage(unknown_event(name.trim(), bundle, example)));
    };
    let millionths = millionths(number.trim()).ok_or_else(|| {
        let number = visible(number);
        usage(format!(
            "\"{number}\" is not a valid share for {name}: expected a percentage from 0 to 100"
        ))
    })?;
    if millionths > 0 && !exists(name, bundle) {
        let api = bundle.api();
        return Err(usage(format!(
            "API version {api} has no {name}: remove it from --mix, or use a later --api"
        )));
    }
    Ok((happening, millionths))
}

/// A percent with up to four decimals, exactly: `0.25` is 2,500 millionths.
fn millionths(percent: &str) -> Option<u64> {
    let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
    let is_number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 4 {
        return None;
    }
    let share = whole.parse::<u64>().ok()?.checked_mul(PERCENT)?;
    let share = share.checked_add(format!("{part:0<4}").parse::<u64>().ok()?)?;
    (share <= WHOLE).then_some(share)
}

fn percent(millionths: u64) -> String {
    let text = format!("{}.{:04}", millionths / PERCENT, millionths % PERCENT);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn keep_together(group: &[Happening], named: &mut [Option<u64>; HAPPENINGS]) -> Result<(), Error> {
    let mut shares = group.iter().filter_map(|&one| Some((one, named[one as usize]?)));
    let Some((first, share)) = shares.next() else { return Ok(()) };
    if let Some((other, _)) = shares.find(|(_, other)| *other != share) {
        let (first, other) = (first.name(), other.name());
        return Err(usage(format!(
            "{first} and {other} come in pairs: give them the same share, or name only one"
        )));
    }
    for &one in group {
        named[one as usize] = Some(share);
    }
    Ok(())
}

fn usage(message: String) -> Error {
    Error::Usage(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(asked: &[&str]) -> Result<Mix, String> {
        let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
        Mix::new(&asked, &Bundle::newest()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_event_has_a_place_in_a_call_and_in_the_mix() {
        for (index, (happening, name, _)) in USUAL.into_iter().enumerate() {
            assert_eq!(happening as usize, index);
            assert!(EventId::from_name(name).is_some(), "{name}");
        }
        assert_eq!(EventId::COUNT, HAPPENINGS);
        assert_eq!(USUAL.iter().map(|(_, _, share)| share).sum::<u64>(), WHOLE);
    }

    #[test]
    fn what_is_not_named_shares_the_rest() {
        let mix = mix(&["transcript=50", "mute=0.5"]).expect("the mix is right");
        assert_eq!(mix.share(Happening::Transcript), 500_000);
        assert_eq!(mix.share(Happening::Unmute), 5_000);
        let audiostats = mix.share(Happening::AudioStats);
        assert!((470_000..480_000).contains(&audiostats), "{audiostats}");
    }

    #[test]
    fn an_older_contract_leaves_out_what_it_does_not_have() {
        let mix = Mix::usual(&Bundle::new(56));
        assert_eq!(mix.share(Happening::AudioStats), 0);
        assert!(mix.share(Happening::Transcript) > 100_000);
        let asked = ["audiostats=5".to_owned()];
        let error = Mix::new(&asked, &Bundle::new(56)).expect_err("56 has no audiostats");
        assert!(error.to_string().starts_with("API version 56 has no audiostats"));
    }

    #[test]
    fn a_mix_that_cannot_be_says_why() {
        let reason = |asked: &[&str]| mix(asked).expect_err("the mix is wrong");
        assert!(reason(&["audiostat=96"]).contains("audiostats"));
        assert!(reason(&["audiostats=96", "transcript=5"]).contains("add up to 101 %, more"));
        assert!(reason(&["mute=3", "unmute=2"]).contains("come in pairs"));
        assert!(reason(&["mute=3", "mute=3"]).contains("twice"));
        assert!(reason(&["mute=-1"]).contains("from 0 to 100"));
        assert!(reason(&["mute"]).contains("for example"));
    }
}
