#!/usr/bin/env node
'use strict';
// Runs the voxev program with the same arguments, standard streams, signals and exit code.

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { binaryPath } = require('../lib/binary');

// Milliseconds. A terminal and `timeout` signal the program, too, and a second signal would end it
// without its summary. So a signal is passed on if the program has not ended by then.
const GRACE = 1000;
const COULD_NOT_RUN = 2;

function run(path) {
  let program;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => setTimeout(() => program.kill(signal), GRACE).unref());
  }
  program = spawn(path, process.argv.slice(2), { stdio: 'inherit', windowsHide: true });
  program.on('error', (error) => fail(`cannot run ${JSON.stringify(path)}: ${error.message}`));
  program.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function fail(message) {
  process.stderr.write(`voxev: ${message}\n`);
  process.exitCode = COULD_NOT_RUN;
}

try {
  run(binaryPath());
} catch (error) {
  fail(error.message);
}
