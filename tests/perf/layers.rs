//! Each layer of a run on its own, so that a slowdown names its layer: `cargo bench`.
//!
//! The input is the generator's, so figures of different machines are of the same bytes.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use voxev::{
    Amount, Bundle, Cutter, Generator, Limits, Line, Mix, Policy, Rate, Recipe, Validator,
};

fn main() {
    divan::main();
}

/// Large enough for thousands of lines, small enough for the second-level cache not to hold it.
const CAPTURE_BYTES: u64 = 4 << 20;
/// The cold path is slow: fewer lines do.
const ODD_LINES: usize = 500;

fn recipe(mix: Mix) -> Recipe {
    Recipe { amount: Amount::Bytes(CAPTURE_BYTES), seed: 1, mix, faults: Rate::default() }
}

fn capture() -> Vec<u8> {
    let bundle = Bundle::newest();
    let mut generator = Generator::new(&recipe(Mix::usual(&bundle)), &bundle);
    let (mut bytes, mut faults) = (Vec::new(), Vec::new());
    while generator.write(&mut bytes, &mut faults) {}
    bytes
}

/// Bytes to whole lines.
mod cut {
    use super::{Bencher, BytesCount, Cutter, Limits, black_box, capture};

    #[divan::bench]
    fn blocks(bencher: Bencher<'_, '_>) {
        let capture = capture();
        bencher.counter(BytesCount::of_slice(&capture)).bench_local(|| {
            let mut cutter = Cutter::new(
                &capture[..],
                Limits::default().max_line_bytes,
                voxev::Numbering::Counted,
            );
            let mut lines = 0;
            while let Ok(Some(block)) = cutter.next_block() {
                lines = black_box(block.first_line);
            }
            lines
        });
    }
}

/// Lines that the fast path does not accept: parsed, validated, described.
mod cold {
    use super::{Bencher, Bundle, BytesCount, Limits, Line, ODD_LINES, Policy, Validator, capture};

    #[divan::bench]
    fn undocumented_property(bencher: Bencher<'_, '_>) {
        judge_all(bencher, |line| {
            let end = line.len() - 2;
            [&line[..end], b",\"tab\":1", &line[end..]].concat()
        });
    }

    #[divan::bench]
    fn wrong_type(bencher: Bencher<'_, '_>) {
        judge_all(bencher, |line| {
            let line = String::from_utf8_lossy(line);
            line.replace("\"callId\":", "\"callId\":1,\"was\":").into_bytes()
        });
    }

    #[divan::bench]
    fn invalid_json(bencher: Bencher<'_, '_>) {
        judge_all(bencher, |line| line[..line.len() - 1].to_vec());
    }

    fn judge_all(bencher: Bencher<'_, '_>, spoil: fn(&[u8]) -> Vec<u8>) {
        let capture = capture();
        let lines = capture.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let lines: Vec<Vec<u8>> = lines.take(ODD_LINES).map(spoil).collect();
        let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
        let bytes: usize = lines.iter().map(Vec::len).sum();
        bencher.counter(BytesCount::new(bytes)).bench_local(|| {
            let findings = lines.iter().map(|line| {
                let validation = validator.validate(&Line::new("bench", 1, 0, line));
                validation.findings.len()
            });
            findings.sum::<usize>()
        });
    }
}

/// Clean lines, recognised in one pass over their bytes.
mod hot {
    use super::{Bencher, Bundle, BytesCount, Cutter, Limits, Policy, Validator, capture};

    #[divan::bench]
    fn documented_order(bencher: Bencher<'_, '_>) {
        prove_all(bencher, &capture());
    }

    /// A space after each colon and comma: no longer the template's, but that of any order.
    #[divan::bench]
    fn spaced(bencher: Bencher<'_, '_>) {
        let capture = String::from_utf8_lossy(&capture()).into_owned();
        let spaced = capture.replace("\":", "\": ").replace(",\"", ", \"");
        prove_all(bencher, spaced.as_bytes());
    }

    fn prove_all(bencher: Bencher<'_, '_>, capture: &[u8]) {
        let limit = Limits::default().max_line_bytes;
        let mut cutter = Cutter::new(capture, limit, voxev::Numbering::Told);
        let blocks: Vec<_> = std::iter::from_fn(|| cutter.next_block().ok()?).collect();
        let validator = Validator::new(Bundle::newest(), Policy::default(), Limits::default());
        bencher
            .counter(BytesCount::of_slice(capture))
            .bench_local(|| blocks.iter().map(|block| validator.count_clean(block)).sum::<u64>());
    }
}

/// The whole program on one thread: what a job costs beyond cutting and proving is its own.
mod jobs {
    use super::{Bencher, BytesCount, capture};

    #[divan::bench(args = [
        "validate",
        "filter --type flagraise",
        "filter --call-id 575a44a9-251f-4537-a10b-cfcb12860c08",
        "filter --where packetsLost>9",
        "convert --to jsonl",
        "convert --to json",
        "convert --to csv --type audiostats",
        "pretty",
        "stats",
    ])]
    fn job(bencher: Bencher<'_, '_>, job: &str) {
        let capture = capture();
        let file = tempfile::NamedTempFile::new().expect("there is room for a file");
        std::fs::write(file.path(), &capture).expect("there is room for a capture");
        let path = file.path().to_str().expect("the name is plain");
        let words = ["voxev"].into_iter().chain(job.split(' '));
        let arguments: Vec<&str> = words.chain(["-j", "1", "-o", "/dev/null", path]).collect();
        bencher.counter(BytesCount::of_slice(&capture)).bench_local(|| voxev::run(&arguments));
    }
}

/// From nothing to lines.
mod generate {
    use super::{Bencher, Bundle, BytesCount, CAPTURE_BYTES, Generator, Mix, black_box, recipe};

    #[divan::bench]
    fn usual_mix(bencher: Bencher<'_, '_>) {
        let bundle = Bundle::newest();
        write(bencher, &bundle, Mix::usual(&bundle));
    }

    /// Audiostats came with API version 63, so before that there is only talk.
    #[divan::bench]
    fn talk_only(bencher: Bencher<'_, '_>) {
        let bundle = Bundle::new(56);
        write(bencher, &bundle, Mix::usual(&bundle));
    }

    fn write(bencher: Bencher<'_, '_>, bundle: &Bundle, mix: Mix) {
        let recipe = recipe(mix);
        bencher.counter(BytesCount::new(CAPTURE_BYTES)).bench_local(|| {
            let mut generator = Generator::new(&recipe, bundle);
            let (mut block, mut faults) = (Vec::new(), Vec::new());
            while generator.write(&mut block, &mut faults) {
                block.clear();
            }
            black_box(block)
        });
    }
}
