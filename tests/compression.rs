//! Compressed captures, tested by running the program: the same output as for the uncompressed
//! text, and a finding if the stream is truncated.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Run, captures, run, run_on, skip, voxev};

const CALL: &str = "fixtures/valid/call.jsonl";
const EVENT: &[u8] = b"{\"type\":\"mute\",\"detail\":{\"callId\":\"x\"}}\n";
/// A line whose only error is a missing property.
const BROKEN: &[u8] = b"{\"type\":\"hold\",\"detail\":{\"participant\":\"x\"}}\n";
/// More than `EVENT` a second, but far from what a waiting reader would call never.
const AT_ONCE: Duration = Duration::from_secs(10);
const MOST_MEMORY: u64 = 64 * 1024;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("level 3 exists");
    encoder.include_checksum(true).expect("before the first byte");
    encoder.write_all(text).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

fn read(path: &str) -> Vec<u8> {
    fs::read(path).expect("the fixture is there")
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

/// Four lines, the third of which is broken.
fn four_lines() -> Vec<u8> {
    [EVENT, EVENT, BROKEN, EVENT].concat()
}

fn short(capture: &[u8]) -> Run {
    run(&["validate", "--format", "short"], capture)
}

/// The findings and the exit code, to be compared.
fn said(run: &Run) -> (Option<i32>, String, &str) {
    (run.code, run.text(), &run.stderr)
}

#[test]
fn what_is_said_of_a_compressed_capture_is_what_is_said_of_its_text() {
    for path in captures("valid").into_iter().chain(captures("invalid")).chain(captures("hostile"))
    {
        let capture = fs::read(&path).expect("the fixture is there");
        for arguments in [&["validate", "--strict", "--format", "json"][..], &["pretty"]] {
            let plain = run(arguments, &capture);
            for packed in [gzip(&capture), zstd(&capture)] {
                let run = run(arguments, &packed);
                assert_eq!(said(&run), said(&plain), "{arguments:?} {}", path.display());
            }
        }
    }
}

#[test]
fn any_number_of_threads_says_the_same_of_a_compressed_capture() {
    let capture = four_lines().repeat(20_000);
    let plain = run(&["validate", "--format", "json", "-j1"], &capture);
    for packed in [gzip(&capture), zstd(&capture)] {
        for threads in ["-j1", "-j2", "-j5"] {
            let run = run(&["validate", "--format", "json", threads], &packed);
            assert_eq!(said(&run), said(&plain), "{threads}");
        }
        let cut = &packed[..packed.len() - 9];
        let one = run(&["validate", "--format", "json", "-j1"], cut);
        assert_eq!(one.code, Some(1));
        assert!(one.text().contains("damaged-stream"));
        let five = run(&["validate", "--format", "json", "-j5"], cut);
        assert_eq!(said(&five), said(&one));
    }
}

#[test]
fn output_with_a_compressed_name_comes_back_byte_for_byte() {
    let folder = scratch();
    for extension in ["gz", "zst", "GZ", "jsonl.Zst"] {
        let out = folder.path().join(format!("out.{extension}"));
        for path in captures("valid") {
            let input = text(&path);
            let plain = run_on(&["filter", "-v", "--type", "swap", input]);
            let packed = run_on(&["filter", "-v", "--type", "swap", "-o", text(&out), input]);
            assert_eq!((packed.code, packed.stdout.as_slice()), (plain.code, &b""[..]));
            let again = run_on(&["filter", "-v", "--type", "none", "--any-type", text(&out)]);
            assert_eq!(again.stdout, plain.stdout, "{input} as {extension}");
            let first = fs::read(&out).expect("it is there");
            assert!(first.starts_with(b"\x1f\x8b") || first.starts_with(b"\x28\xb5\x2f\xfd"));
            run_on(&["filter", "-v", "--type", "swap", "-o", text(&out), input]);
            assert_eq!(fs::read(&out).expect("it is there"), first, "the same bytes again");
        }
    }
}

#[test]
fn other_programs_read_what_is_written() {
    let folder = scratch();
    for (name, tool) in [("a.gz", "gzip"), ("a.zst", "zstd")] {
        let out = folder.path().join(name);
        assert_eq!(run_on(&["convert", "--to", "jsonl", "-o", text(&out), CALL]).code, Some(0));
        match std::process::Command::new(tool).args(["-dc", text(&out)]).output() {
            Ok(output) => assert_eq!(output.stdout, read(CALL)),
            Err(_) => skip(&format!("no {tool} here")),
        }
    }
}

#[test]
fn compressed_output_appears_whole_or_not_at_all() {
    let folder = scratch();
    let out = folder.path().join("out.jsonl.zst");
    let run = run_on(&["convert", "--to", "jsonl", "-o", text(&out), CALL, "missing.jsonl"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(fs::read_dir(folder.path()).expect("it can be read").count(), 0);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_seen_when_compressed_output_ends() {
    if !Path::new("/dev/full").exists() {
        return skip("no /dev/full here");
    }
    let folder = scratch();
    for name in ["full.gz", "full.zst"] {
        // Opened as the device that the link points to, compressed by the name of the link.
        let link = folder.path().join(name);
        std::os::unix::fs::symlink("/dev/full", &link).expect("links can be made");
        let run = run_on(&["convert", "--to", "jsonl", "-o", text(&link), CALL]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("no space left"), "{}", run.stderr);
    }
}

#[test]
fn members_and_frames_of_any_number_are_one_text() {
    let (whole, lines) = (short(&four_lines()), four_lines());
    let pieces: Vec<&[u8]> = lines.chunks(7).collect();
    let members: Vec<u8> = pieces.iter().flat_map(|piece| gzip(piece)).collect();
    let frames: Vec<u8> = pieces.iter().flat_map(|piece| zstd(piece)).collect();
    let skippable: &[u8] = b"\x5e\x2a\x4d\x18\x03\0\0\0abc";
    let padded = [&gzip(&lines), &[0; 1000][..]].concat();
    let taped = [&gzip(&lines[..50]), &[0; 512][..], &gzip(&lines[50..])].concat();
    let skipping = [skippable, &zstd(&lines[..50]), skippable, &zstd(&lines[50..]), skippable];
    for packed in [members, frames, padded, taped, skipping.concat()] {
        assert_eq!(said(&short(&packed)), said(&whole));
    }
}

#[test]
fn an_empty_compressed_capture_is_an_empty_capture() {
    for packed in [gzip(b""), zstd(b""), b"\x50\x2a\x4d\x18\0\0\0\0".to_vec()] {
        assert_eq!(said(&short(&packed)), said(&short(b"")));
    }
}

#[test]
fn what_follows_the_end_is_a_finding() {
    for packed in [gzip(&four_lines()), zstd(&four_lines())] {
        let run = short(&[packed.as_slice(), b"{}\n"].concat());
        let found = run.text();
        assert!(found.contains("<stdin>:3:16: error[missing-property]"), "{found}");
        let place = format!("stream is followed by other data at byte {}", packed.len());
        assert!(found.contains("<stdin>:5:1: error[damaged-stream]"), "{found}");
        assert!(found.contains(&place), "{found}");
        assert_eq!(run.code, Some(1));
    }
}

#[test]
fn a_stream_cut_anywhere_is_one_finding_behind_those_of_the_lines_before() {
    for packed in [gzip(&four_lines()), zstd(&four_lines())] {
        let mut seen_broken = 0;
        for length in 2..packed.len() {
            let run = run(&["validate", "--format", "json"], &packed[..length]);
            assert_eq!(run.code, Some(1), "cut at {length}: {run:?}");
            let found = run.text();
            let (before, last) = found.trim_end().rsplit_once('\n').unwrap_or(("", &found));
            assert!(last.contains("\"rule\":\"damaged-stream\""), "cut at {length}: {found}");
            assert!(last.contains(&format!("\"offset\":{length},")), "cut at {length}: {found}");
            let is_right = before.is_empty()
                || before.contains("\"missing-property\"") && before.contains("\"line\":3,");
            assert!(is_right, "cut at {length}: {found}");
            seen_broken += usize::from(!before.is_empty());
        }
        assert!(seen_broken > 0, "only the end was cut off, so the text before it is there");
    }
    for byte in [b"\x1f", b"\x28"] {
        assert_eq!(short(byte).code, Some(1), "a single byte is a line that is not JSON");
    }
}

#[test]
fn a_flipped_bit_anywhere_is_a_finding_or_does_not_matter() {
    let whole = short(&four_lines());
    for packed in [gzip(&four_lines()), zstd(&four_lines())] {
        for at in 0..packed.len() {
            let mut flipped = packed.clone();
            flipped[at] ^= 1 << (at % 8);
            let run = short(&flipped);
            let is_harmless = said(&run) == said(&whole);
            // A magic number that is incomplete or that of another format makes the file something
            // else.
            let is_found = run.text().contains("error[") || at < 4;
            assert!(is_harmless || is_found, "byte {at}: {run:?}");
            assert!(matches!(run.code, Some(0..=2)), "byte {at}: {run:?}");
        }
    }
}

#[test]
fn everything_decompressed_before_a_fault_is_used() {
    // Blocks that differ, so that a fault in one does not change the others.
    let line = |n: u32| format!("{{\"type\":\"mute\",\"detail\":{{\"callId\":\"{n:x}\"}}}}\n");
    let lines: Vec<String> =
        (0..100_000_u32).map(|n| line(n.wrapping_mul(2_654_435_761))).collect();
    let lines = lines.concat();
    for mut packed in [gzip(lines.as_bytes()), zstd(lines.as_bytes())] {
        let at = packed.len() * 3 / 4;
        packed[at..].fill(0xff);
        let run = run(&["filter", "--type", "mute"], &packed);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("voxev: cannot read all of \"<stdin>\""), "{}", run.stderr);
        // After a fault, a decoder may yield wrong bytes before it notices.
        let same = lines.bytes().zip(&run.stdout).take_while(|(ours, theirs)| ours == *theirs);
        let same = same.count();
        assert!(same > lines.len() * 7 / 10, "{same} of {} bytes", lines.len());
    }
}

#[test]
fn the_other_commands_write_what_there_is_say_the_rest_and_end_with_2() {
    let folder = scratch();
    let (out, rejects) = (folder.path().join("out.jsonl"), folder.path().join("rejects"));
    let damaged = "fixtures/invalid/damaged-stream.jsonl.gz";
    let keeping = ["-o", text(&out), "--rejects", text(&rejects), damaged];
    let run = run_on(&[&["convert", "--to", "jsonl"][..], &keeping].concat());
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.stderr,
        "voxev: cannot read all of \"fixtures/invalid/damaged-stream.jsonl.gz\": the gzip \
         stream is truncated at byte 496, in the middle of line 6; everything before this point was read; copy \
         the file again, or stop the program that writes it\n"
    );
    let source = [read("fixtures/valid/hold.jsonl"), read("fixtures/valid/transcript.jsonl")];
    let read = |path| fs::read(path).expect("it is there");
    let (out, rejects) = (read(&out), read(&rejects));
    assert!(out.ends_with(b"\n") && !rejects.is_empty());
    assert!(source.concat().starts_with(&[out, rejects].concat()), "nothing is lost");
    for arguments in [&["pretty"][..], &["stats"], &["filter", "--type", "hold"]] {
        let run = run_on(&[arguments, &[damaged]].concat());
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(!run.stdout.is_empty(), "{arguments:?}");
        assert!(run.stderr.contains("truncated at byte 496"), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn every_report_has_the_damage_in_it() {
    let damaged = "fixtures/invalid/damaged-stream.jsonl.gz";
    for format in ["pretty", "short", "json", "github", "gitlab", "sarif", "junit"] {
        let run = run_on(&["validate", "--format", format, damaged]);
        assert_eq!(run.code, Some(1), "{format}");
        assert!(run.text().contains("truncated at byte 496"), "{format}: {}", run.text());
    }
    let run = run_on(&["validate", "-qq", "--allow", "damaged-stream", damaged]);
    assert_eq!(run.code, Some(0), "who allows it has been told what it means");
}

#[test]
fn a_folder_s_compressed_captures_are_read_and_its_other_archives_are_not() {
    let folder = scratch();
    for name in ["a.jsonl.gz", "b.ndjson.zst", "c.csv.gz", "d.gz"] {
        let path = folder.path().join(name);
        // Detected by content: half of these names do not tell the format.
        fs::write(path, gzip(EVENT)).expect("there is room");
    }
    let run = run_on(&["validate", text(folder.path())]);
    assert!(run.stderr.starts_with("2 lines in 2 captures: no errors\n"), "{}", run.stderr);
    let named = folder.path().join("d.gz");
    assert_eq!(run_on(&["filter", "-c", "--valid", text(&named)]).text(), "1\n");
}

#[test]
fn another_compression_is_one_message_with_the_way_out() {
    for (start, name) in [
        (&b"\xfd7zXZ\0\0\x04"[..], "xz"),
        (b"BZh91AY&SY\x12", "bzip2"),
        (b"\x04\x22\x4d\x18\x64", "lz4"),
        (b"PK\x03\x04\x14\0", "zip"),
    ] {
        let run = short(start);
        assert_eq!((run.code, run.text().as_str()), (Some(2), ""), "{name}");
        let said = run.stderr.lines().next().unwrap_or_default();
        let expected = format!("voxev: cannot read \"<stdin>\": it is compressed with {name};");
        assert!(said.starts_with(&expected), "{said}");
    }
}

fn piped(arguments: &[&str]) -> Child {
    let mut command = voxev(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("voxev starts")
}

/// Writes `pieces` one by one, and waits for output while the pipe is open.
fn answers_while_open<'a>(pieces: impl Iterator<Item = &'a [u8]>) {
    let mut child = piped(&["validate", "--format", "short", "--no-config"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    for piece in pieces {
        stdin.write_all(piece).expect("voxev reads");
        stdin.flush().expect("voxev reads");
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut start = [0; 7];
        let read = stdout.read_exact(&mut start).map(|()| start);
        let _ = sender.send(read);
    });
    let start = Instant::now();
    let answer = receiver.recv_timeout(AT_ONCE);
    drop(stdin);
    reader.join().expect("the reader ends");
    child.wait().expect("voxev ends");
    let answer = answer.expect("there is an answer while the pipe is open");
    assert_eq!(&answer.expect("it can be read"), b"<stdin>", "after {:?}", start.elapsed());
}

#[test]
fn a_line_is_answered_at_once_whatever_it_comes_in() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(BROKEN).expect("a vector takes everything");
    encoder.flush().expect("a vector takes everything");
    let flushed_gzip = encoder.get_ref().clone();
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("level 3 exists");
    encoder.write_all(BROKEN).expect("a vector takes everything");
    encoder.flush().expect("a vector takes everything");
    let flushed_zstd = encoder.get_ref().clone();
    let starts_like_a_skippable_frame = b"P*\n".to_vec();
    for capture in [
        BROKEN.to_vec(),
        starts_like_a_skippable_frame,
        gzip(BROKEN),
        zstd(BROKEN),
        flushed_gzip,
        flushed_zstd,
    ] {
        answers_while_open(std::iter::once(capture.as_slice()));
        answers_while_open(capture.chunks(1));
    }
}

#[test]
fn a_run_that_has_enough_ends_though_the_compressed_stream_goes_on() {
    for packed in [gzip(&EVENT.repeat(200_000)), zstd(&EVENT.repeat(200_000))] {
        let run = run(&["filter", "--type", "mute", "-m", "1"], &packed);
        assert_eq!((run.code, run.stdout.as_slice(), run.stderr.as_str()), (Some(0), EVENT, ""));
        let mut child = piped(&["filter", "--type", "mute", "-m", "1"]);
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(&packed[..packed.len() - 9]).expect("voxev reads");
        // The pipe stays open, so the thread that reads it is not joined.
        assert_eq!(child.wait().expect("voxev ends").code(), Some(0));
        drop(stdin);
    }
}

/// The run's exit code and output, and its peak memory in KiB if the system reports it.
pub(crate) fn peak(capture: &[u8], arguments: &[&str]) -> (Run, Option<u64>) {
    let mut child = piped(arguments);
    let mut stdin = child.stdin.take().expect("a pipe");
    let status = format!("/proc/{}/status", child.id());
    let mut stdout = child.stdout.take().expect("a pipe");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes).expect("it can be read");
        bytes
    });
    stdin.write_all(capture).expect("voxev reads");
    // The process waits for more input while it is measured, so this is the peak for the whole
    // capture except its end.
    std::thread::sleep(Duration::from_millis(1500));
    let peak = fs::read_to_string(status).ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    });
    drop(stdin);
    let output = child.wait_with_output().expect("voxev ends");
    let stdout = reader.join().expect("the reader ends");
    let stderr = String::from_utf8(output.stderr).expect("standard error is UTF-8");
    (Run { code: output.status.code(), stdout, stderr }, peak)
}

pub(crate) fn assert_little(what: &str, peak: Option<u64>) {
    match peak {
        Some(peak) => assert!(peak < MOST_MEMORY, "{peak} kB at the peak for {what}"),
        None => skip("no /proc here, so memory is not looked at"),
    }
}

#[test]
fn a_bomb_of_one_line_is_a_finding_in_little_memory() {
    let mut gzipped = GzEncoder::new(Vec::new(), Compression::fast());
    let mut zstded = zstd::Encoder::new(Vec::new(), 1).expect("level 1 exists");
    let megabyte = vec![b'x'; 1_000_000];
    for _ in 0..200 {
        gzipped.write_all(&megabyte).expect("a vector takes everything");
        zstded.write_all(&megabyte).expect("a vector takes everything");
    }
    let gzipped = gzipped.finish().expect("a vector takes everything");
    let zstded = zstded.finish().expect("a vector takes everything");
    for (what, bomb) in [("gzip", gzipped), ("zstd", zstded)] {
        let (run, peak) = peak(&bomb, &["validate", "--format", "short"]);
        assert_eq!(run.code, Some(1));
        assert!(run.text().starts_with("<stdin>:1:1: error[line-too-long]"), "{}", run.text());
        assert_eq!(run.text().lines().count(), 1);
        assert_little(what, peak);
    }
}

/// A frame of raw blocks of `EVENT`s that asks for a window of 2^`log` bytes.
fn frame(log: u8, lines: usize) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\0".to_vec();
    frame.push((log - 10) << 3);
    let text = EVENT.repeat(lines);
    let blocks: Vec<&[u8]> = text.chunks(128 * 1024).collect();
    for (block, number) in blocks.iter().zip(1..) {
        let header = (block.len() << 3) | usize::from(number == blocks.len());
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.extend_from_slice(block);
    }
    frame
}

#[test]
fn a_window_beyond_the_limit_is_a_finding_that_says_what_to_do() {
    for log in [24, 27, 31, 40] {
        let run = run(&["validate"], &frame(log, 1));
        assert_eq!(run.code, Some(1), "window of 2^{log}");
        let shown = run.text();
        assert!(shown.contains("needs more than 8 MiB"), "{shown}");
        assert!(shown.contains("zstd -dc --long=31"), "{shown}");
    }
    let (run, peak) = peak(&frame(23, 1_000_000), &["validate"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.starts_with("1,000,000 lines"), "{}", run.stderr);
    assert_little("a window of 8 MiB, all of it used", peak);
}

#[test]
fn a_baseline_can_be_compressed() {
    let folder = scratch();
    let baseline = folder.path().join("known.json.gz");
    let broken = "fixtures/invalid/wrong-type.jsonl";
    let run = run_on(&["validate", "-qq", "--write-baseline", text(&baseline), broken]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let run = run_on(&["validate", "-qq", "--baseline", text(&baseline), broken]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}
