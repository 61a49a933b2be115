// What packaging/npm/pack writes: node --test pack.test.mjs, with the repository's path in REPOSITORY.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const require = createRequire(import.meta.url);
const repository = process.env.REPOSITORY;
const scratch = mkdtempSync(join(tmpdir(), 'voxev-pack-'));
after(() => rmSync(scratch, { recursive: true }));

const platforms = JSON.parse(readFileSync(join(repository, 'packaging/npm/voxev/platforms.json'), 'utf8'));
const installed = require('voxev/package.json');

function run(program, options) {
  return spawnSync(program, options, { encoding: 'utf8', cwd: scratch });
}

/** The manifest and the files, with their modes, of the package of a platform. */
function packed(target) {
  const program = join(scratch, 'program');
  writeFileSync(program, 'a program');
  const folder = join(scratch, target);
  const done = run(join(repository, 'packaging/npm/pack'), [folder, target, program]);
  assert.equal(done.status, 0, done.stderr);
  const [name] = readdirSync(folder);
  const tarball = join(folder, name);
  const manifest = JSON.parse(run('tar', ['xOzf', tarball, 'package/package.json']).stdout);
  return { name, manifest, files: run('tar', ['tvzf', tarball]).stdout.trim().split('\n') };
}

test('the package of a platform is for that platform only', () => {
  const { name, manifest, files } = packed('aarch64-unknown-linux-musl');
  const { name: own, version, os, cpu, libc } = manifest;
  assert.equal(name, `voxev-linux-arm64-musl-${version}.tgz`);
  assert.deepEqual([own, os, cpu, libc], ['@voxev/linux-arm64-musl', ['linux'], ['arm64'], ['musl']]);
  assert.equal(version, installed.version);
  assert.ok(files.some((it) => it.startsWith('-rwxr-xr-x') && it.endsWith(' package/bin/voxev')), files.join('\n'));
});

test('the program for Windows has its extension, and its package names no C library', () => {
  const { manifest, files } = packed('x86_64-pc-windows-msvc');
  assert.deepEqual([manifest.os, manifest.cpu, 'libc' in manifest], [['win32'], ['x64'], false]);
  assert.ok(files.some((it) => it.endsWith(' package/bin/voxev.exe')), files.join('\n'));
  assert.ok(['LICENSE-MIT', 'LICENSE-APACHE'].every((it) => files.join('\n').includes(it)));
});

test('voxev depends on the packages of all platforms, in its own version, and runs no install script', () => {
  const expected = Object.fromEntries(platforms.map((it) => [it.package, installed.version]));
  assert.deepEqual(installed.optionalDependencies, expected);
  assert.deepEqual([installed.scripts, installed.dependencies], [undefined, undefined]);
});

test('the schemas of all events are there, default and strict', () => {
  const events = require('voxev/schemas/events.json');
  assert.equal(events.length, 19);
  for (const event of events) {
    assert.equal(require(`voxev/schemas/${event}.json`).properties.type.const, event);
    const { properties } = require(`voxev/schemas/strict/${event}.json`);
    assert.ok(properties.detail, event);
  }
});

test('an unknown target is refused with the list of targets', () => {
  const wrong = run(join(repository, 'packaging/npm/pack'), [scratch, 'sparc-sun-solaris', 'program']);
  assert.equal(wrong.status, 2);
  for (const { target } of platforms) assert.ok(wrong.stderr.includes(target), target);
});
