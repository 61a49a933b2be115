//! Which contract captures are checked against: configuration, overrides, and command line.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::capture::{InputFormat, Piece, Source};
use crate::check::{Envelope, Limits, Validator};
use crate::cli::{ContractArgs, Input};
use crate::config::{self, Config, Layer, Level, Origin, Resolved, Scope, Settings};
use crate::contract::{Bundle, Policy};
use crate::error::Error;
use crate::pipeline::Capture;

/// Whether the captures of a run are all that the configuration knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// They are its `files`.
    All,
    /// They were named on the command line.
    Some,
}

/// Everything that determines how captures are checked.
pub(super) struct Contract {
    pub(super) config: Config,
    flags: Settings,
    limits: Limits,
    format: InputFormat,
    piece: Option<Piece>,
    envelope: Option<Envelope>,
    pub(super) here: PathBuf,
}

impl Contract {
    /// Reads the configuration, if there is one and it is wanted.
    pub(super) fn new(args: &ContractArgs, input: &Input) -> Result<Self, Error> {
        let here =
            env::current_dir().map_err(|source| Error::Read { capture: ".".into(), source })?;
        let config = match &args.config {
            Some(path) => Config::read(path)?,
            None if args.no_config => Config::default(),
            None => Config::find(&here)?,
        };
        let envelope = envelope(input, &config);
        let (flags, limits) = (flags(args)?, limits(input));
        Ok(Self { config, flags, limits, format: input.format, piece: input.span, envelope, here })
    }

    /// The same, with what the command line says about the order of lines.
    pub(super) fn with_lifecycle(mut self, asked: Option<bool>) -> Self {
        self.flags.lifecycle = asked;
        self
    }

    /// The validator of captures for which there are these overrides of the configuration.
    fn validator(&self, overrides: &[usize]) -> Result<Validator, Error> {
        let resolved = self.resolved(overrides);
        let bundle = bundle(resolved.api.value).map_err(|error| self.blame(&resolved, &error))?;
        let mut validator = Validator::new(bundle, resolved.policy(), self.limits);
        validator.checks_order = resolved.lifecycle.value;
        validator.envelope.clone_from(&self.envelope);
        Ok(validator)
    }

    /// The configuration's file, which is read.
    pub(super) fn settings(&self) -> Vec<(&str, &Path)> {
        self.config.path.as_deref().map(|path| ("configuration", path)).into_iter().collect()
    }

    /// The contract that holds where no override does.
    pub(super) fn bundle(&self) -> Result<Bundle, Error> {
        let resolved = self.resolved(&[]);
        bundle(resolved.api.value).map_err(|error| self.blame(&resolved, &error))
    }

    /// The captures, each with the validator that the configuration has for it.
    pub(super) fn captures(
        &self,
        sources: Vec<Result<Source, Error>>,
    ) -> Result<Vec<Result<Arc<Capture>, Error>>, Error> {
        let mut validators: HashMap<Vec<usize>, Arc<Validator>> = HashMap::new();
        let mut captures = Vec::with_capacity(sources.len());
        for source in sources {
            let source = match source {
                Ok(source) => source,
                Err(error) => {
                    captures.push(Err(error));
                    continue;
                }
            };
            let overrides = match &source {
                Source::File(path) => self.config.overrides_for(path, &self.here),
                Source::Stdin => Vec::new(),
            };
            let validator = match validators.get(&overrides) {
                Some(known) => Arc::clone(known),
                None => {
                    let new = Arc::new(self.validator(&overrides)?);
                    validators.insert(overrides, Arc::clone(&new));
                    new
                }
            };
            let capture = Capture::new(source, self.format, validator).with(self.piece);
            captures.push(Ok(Arc::new(capture)));
        }
        Ok(captures)
    }

    /// Messages about overrides that match none of `captures`. If these are not all captures of the
    /// configuration, an override may match others, and is reported only if the folder that its
    /// pattern begins with does not exist.
    pub(super) fn idle_overrides(
        &self,
        captures: &[Result<Source, Error>],
        extent: Extent,
    ) -> Vec<String> {
        let special = &self.config.document.overrides;
        let mut is_idle = vec![true; special.len()];
        for source in captures.iter().flatten() {
            let Source::File(path) = source else { continue };
            for at in self.config.overrides_for(path, &self.here) {
                is_idle[at] = false;
            }
        }
        let idle = special.iter().zip(is_idle).filter(|(special, is_idle)| {
            let is_certain =
                extent == Extent::All || self.config.matches_nothing(&special.pattern.value);
            *is_idle && is_certain
        });
        idle.map(|(special, _)| {
            let (place, pattern) = (self.config.at(special.pattern.place), &special.pattern.value);
            format!("{place}: the override {pattern:?} matches no capture: check the pattern")
        })
        .collect()
    }

    /// The text of `--show-config`: the settings for everything, or for the one file that is named.
    pub(super) fn shown(&self, files: &[PathBuf]) -> Result<String, Error> {
        let (overrides, scope) = match files {
            [] => (Vec::new(), Scope::All),
            [file] if !file.is_dir() && file.as_os_str() != "-" => (
                self.config.overrides_for(file, &self.here),
                Scope::One(file, self.config.excludes(file, &self.here)),
            ),
            _ => {
                let advice = "--show-config takes one FILE, whose settings are shown, or none";
                return Err(Error::Usage(advice.into()));
            }
        };
        let newest = self.validator(&overrides)?.bundle.api();
        Ok(config::shown(&self.config, &self.resolved(&overrides), newest, scope))
    }

    fn resolved(&self, overrides: &[usize]) -> Resolved {
        let mut layers = self.config.layers(overrides);
        layers.push(Layer { origin: Origin::CommandLine, settings: &self.flags });
        Resolved::new(&layers)
    }

    /// `error` about the API version, with the name of the file that gives it.
    fn blame(&self, resolved: &Resolved, error: &Error) -> Error {
        let document = &self.config.document;
        let place = match resolved.api.origin {
            Origin::File => document.api_place,
            Origin::Override(at) => document.overrides[at].api_place,
            Origin::Default | Origin::CommandLine => None,
        };
        Error::Usage(match place {
            Some(place) => format!("{}: {error}", self.config.at(place)),
            None => error.to_string(),
        })
    }
}

fn flags(args: &ContractArgs) -> Result<Settings, Error> {
    let strict = match (args.strict, args.no_strict) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let mut settings = Settings { api: args.api, strict, ..Settings::default() };
    let asked = [(&args.deny, Level::Deny), (&args.warn, Level::Warn), (&args.allow, Level::Allow)];
    for (rules, level) in asked {
        for &rule in rules {
            if settings.rules.iter().any(|(known, _)| *known == rule) {
                return Err(Error::Usage(format!(
                    "{rule} has two severities: name it once in --deny, --warn or --allow"
                )));
            }
            settings.rules.push((rule, level));
        }
    }
    Ok(settings)
}

/// A validator for `bundle`. Of the configuration, it uses only the places of payloads and times in
/// each line.
pub(super) fn validator_by(
    bundle: impl Into<Arc<Bundle>>,
    policy: Policy,
    input: &Input,
) -> Result<Validator, Error> {
    let here = env::current_dir().map_err(|source| Error::Read { capture: ".".into(), source })?;
    let mut validator = Validator::new(bundle, policy, limits(input));
    validator.envelope = match Envelope::new(input.payload.clone(), input.time.clone()) {
        Some(envelope) => Some(envelope),
        None => envelope(input, &Config::find(&here)?),
    };
    Ok(validator)
}

/// Where lines have their payloads: what the command line does not say, the configuration does.
fn envelope(input: &Input, config: &Config) -> Option<Envelope> {
    let set = &config.document.input;
    let payload = input.payload.as_ref().or(set.payload.as_ref());
    let time = input.time.as_ref().or(set.time.as_ref());
    Envelope::new(payload.cloned(), time.cloned())
}

fn limits(input: &Input) -> Limits {
    Limits { max_line_bytes: input.max_line_bytes, max_depth: input.max_depth.into() }
}

/// The contract of API version `api`, or of the newest one.
pub(super) fn bundle(api: Option<u64>) -> Result<Bundle, Error> {
    let newest = Bundle::newest();
    let Some(api) = api else { return Ok(newest) };
    let oldest = newest.releases().first().map_or(0, |release| release.api);
    if (oldest..=newest.api()).contains(&api) {
        return Ok(Bundle::new(api));
    }
    Err(Error::Usage(format!("unknown API version {api}: expected {oldest} to {}", newest.api())))
}
