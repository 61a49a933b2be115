'use strict';
// Where the voxev program is: in the package of this platform, an optional dependency, or where
// VOXEV_BINARY says.

const platforms = require('../platforms.json');

/** The path of the program. Throws an Error that says what to do where there is none. */
function binaryPath() {
  if (process.env.VOXEV_BINARY) return process.env.VOXEV_BINARY;
  const ours = platforms.filter((it) => it.os === process.platform && it.cpu === process.arch);
  if (ours.length === 0) {
    throw new Error(
      `there is no binary for ${process.platform}-${process.arch}\n` +
        'Install voxev with `cargo install voxev`, and set VOXEV_BINARY to the path of the program.',
    );
  }
  const installed = ours.map((it) => ({ ...it, path: resolved(it.package) })).filter((it) => it.path);
  if (installed.length === 0) throw new Error(missing(ours));
  // Package managers that do not know the field `libc` install both.
  if (installed.length === 1) return installed[0].path;
  return installed.find((it) => it.libc === libc()).path;
}

function resolved(name) {
  const program = process.platform === 'win32' ? 'voxev.exe' : 'voxev';
  try {
    return require.resolve(`${name}/bin/${program}`);
  } catch {
    return undefined;
  }
}

function missing(platforms) {
  const { package: name } = platforms.find((it) => !it.libc || it.libc === libc());
  return (
    `the package ${name}, which has the binary for this platform, is not installed\n` +
    'It is an optional dependency of voxev. Install again without --omit=optional or --no-optional.\n' +
    'If node_modules or package-lock.json comes from another platform, delete both and install again.\n' +
    'Or install voxev with `cargo install voxev`, and set VOXEV_BINARY to the path of the program.'
  );
}

/** The C library that Node.js runs on. */
function libc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

module.exports = { binaryPath };
