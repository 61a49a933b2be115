//! `voxev generate`: from the contract to a capture.

use super::captures::FAULTS_SUFFIX;
use super::contract::bundle;
use super::outputs;
use crate::cli::GenerateArgs;
use crate::error::Error;
use crate::generate::{self, Amount, Mix, Order, Rate, Recipe};
use crate::outcome::Outcome;
use crate::output::is_stdout;

/// Number of calls by default: enough for most event types to occur, few enough to read.
const USUAL_CALLS: u64 = 10;

/// Runs `voxev generate`.
pub(super) fn run(args: &GenerateArgs) -> Result<Outcome, Error> {
    let bundle = bundle(args.api)?;
    let faults = Rate::new(&args.faults)?;
    let output = args.output.clone().filter(|path| !is_stdout(path));
    let sidecar = match (&args.sidecar, &output) {
        (Some(path), _) => Some(path.clone()),
        (None, _) if faults.is_zero() => None,
        (None, Some(output)) => {
            let mut path = output.clone().into_os_string();
            path.push(FAULTS_SUFFIX);
            Some(path.into())
        }
        (None, None) => {
            return Err(Error::Usage(
                "--faults also writes a list of the injected faults: name its file with --sidecar, or \
                 name the capture with --output"
                    .into(),
            ));
        }
    };
    let calls = || Amount::Calls(args.calls.unwrap_or(USUAL_CALLS));
    let recipe = Recipe {
        amount: args.size.map_or_else(calls, Amount::Bytes),
        seed: args.seed,
        mix: Mix::new(&args.mix, &bundle)?,
        faults,
    };
    let mut outputs = vec![outputs::Output::main(output.as_deref())];
    outputs.extend(sidecar.iter().map(|path| outputs::Output::new("--sidecar", path)));
    outputs::check(outputs, &[], &[])?;
    generate::write(&Order { recipe, bundle, output, sidecar })?;
    Ok(Outcome::Success)
}
