// The command voxev, as npm installs it: node --test launcher.test.mjs, in a folder with the packages.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const require = createRequire(import.meta.url);
const launcher = require.resolve('voxev/package.json').replace(/package\.json$/, join('bin', 'voxev.js'));
const scratch = mkdtempSync(join(tmpdir(), 'voxev-launcher-'));
after(() => rmSync(scratch, { recursive: true }));

const HOLD = '{"type":"hold","detail":{"callId":"a","participant":"Ann"}}\n';

/** What the launcher at `path` does. */
function run(options, { path = launcher, node = [], ...rest } = {}) {
  return spawnSync(process.execPath, [...node, path, ...options], { encoding: 'utf8', ...rest });
}

/** A shell script that stands in for the program. */
function script(name, ...commands) {
  const path = join(scratch, name);
  writeFileSync(path, ['#!/bin/sh', ...commands, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

/** The launcher with a script for a program, once that has said that it is ready. */
async function started(program, options = {}) {
  const env = { ...process.env, VOXEV_BINARY: program };
  const child = spawn(process.execPath, [launcher], { env, stdio: ['ignore', 'pipe', 'inherit'], ...options });
  let output = '';
  child.stdout.setEncoding('utf8');
  const ready = new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      output += text;
      if (output.includes('ready')) resolve();
    });
  });
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  await ready;
  return { child, ended };
}

test('npx finds the command', () => {
  const npx = spawnSync('npx', ['voxev', '--version'], { encoding: 'utf8' });
  const { version } = require('voxev/package.json');
  assert.equal(npx.stdout, `voxev ${version}\n`);
});

test('the exit code is that of the program', () => {
  assert.equal(run(['validate', '-'], { input: HOLD }).status, 0);
  assert.equal(run(['validate', '-'], { input: '{}' }).status, 1);
  assert.equal(run(['validate', '--no-such-option']).status, 2);
  assert.equal(run([], { env: { ...process.env, VOXEV_BINARY: script('seven', 'exit 7') } }).status, 7);
});

test('a program that a signal kills has the exit code that a shell gives it', () => {
  const killed = run([], { env: { ...process.env, VOXEV_BINARY: script('killed', 'kill -KILL $$') } });
  assert.deepEqual([killed.status, killed.signal], [137, null]);
});

test('standard input, standard output and arguments reach the program unchanged', () => {
  const text = HOLD.repeat(50_000);
  const options = ['filter', '--where', 'participant=Ann', '-'];
  assert.equal(run(options, { input: text, maxBuffer: 1 << 26 }).stdout, text);
  const odd = ['', 'a b', '"quoted"', '$HOME', 'é\n'];
  const echo = script('echo', 'for it; do printf "%s|" "$it"; done');
  assert.equal(run(odd, { env: { ...process.env, VOXEV_BINARY: echo } }).stdout, `${odd.join('|')}|`);
});

test('a signal to the launcher alone reaches the program', async () => {
  const waits = script('waits', 'trap "echo stopped; exit 7" TERM', 'echo ready', 'while :; do sleep 0.05; done');
  const { child, ended } = await started(waits);
  child.kill('SIGTERM');
  const { code, output } = await ended;
  assert.deepEqual([code, output], [7, 'ready\nstopped\n']);
});

test('a signal to the whole group, such as Ctrl-C, reaches the program once', async () => {
  const waits = script(
    'counts', 'count=0', 'trap "count=\\$((count + 1))" INT', 'echo ready',
    'while [ $count = 0 ]; do sleep 0.05; done', 'sleep 0.4', 'echo $count',
  );
  const { child, ended } = await started(waits, { detached: true });
  process.kill(-child.pid, 'SIGINT');
  const { code, output } = await ended;
  assert.deepEqual([code, output], [0, 'ready\n1\n']);
});

test('without the package of the platform, the message says what to do', () => {
  const folder = join(scratch, 'node_modules', 'voxev');
  cpSync(launcher.replace(/bin.voxev\.js$/, ''), folder, { recursive: true });
  const path = join(folder, 'bin', 'voxev.js');
  const alone = run(['--version'], { path });
  assert.equal(alone.status, 2);
  const installed = readdirSync(join('node_modules', '@voxev'));
  assert.ok(installed.some((it) => alone.stderr.includes(`the package @voxev/${it}, which`)), alone.stderr);
  assert.match(alone.stderr, /--omit=optional[^]*package-lock\.json[^]*cargo install voxev[^]*VOXEV_BINARY/);
  const binary = script('other', 'echo other');
  assert.equal(run([], { path, env: { ...process.env, VOXEV_BINARY: binary } }).stdout, 'other\n');
});

test('on a platform without a package, the message says what to do', () => {
  const preload = join(scratch, 'riscv.cjs');
  writeFileSync(preload, "Object.defineProperty(process, 'arch', { value: 'riscv64' });");
  const unsupported = run(['--version'], { node: ['--require', preload] });
  assert.equal(unsupported.status, 2);
  assert.match(unsupported.stderr, /^voxev: there is no binary for \w+-riscv64\n.*cargo install voxev.*VOXEV_BINARY/);
});

test('a VOXEV_BINARY that cannot be run is named', () => {
  const wrong = run([], { env: { ...process.env, VOXEV_BINARY: join(scratch, 'nowhere') } });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^voxev: cannot run ".*nowhere": .*ENOENT\n$/);
});

test('where packages for both C libraries are installed, the one for this system runs', () => {
  const [ours] = readdirSync(join('node_modules', '@voxev'));
  if (!ours.startsWith('linux-')) return;
  const platforms = require(join(launcher, '..', '..', 'platforms.json'));
  const { cpu } = platforms.find((it) => it.package === `@voxev/${ours}`);
  const modules = join(scratch, 'both', 'node_modules');
  cpSync(launcher.replace(/bin.voxev\.js$/, ''), join(modules, 'voxev'), { recursive: true });
  for (const { package: name } of platforms.filter((it) => it.os === 'linux' && it.cpu === cpu)) {
    cpSync(script(`is-${name.slice('@voxev/'.length)}`, `echo ${name}`), join(modules, name, 'bin', 'voxev'));
  }
  assert.equal(run([], { path: join(modules, 'voxev', 'bin', 'voxev.js') }).stdout, `@voxev/${ours}\n`);
});
