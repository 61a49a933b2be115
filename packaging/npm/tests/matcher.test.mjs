// The Jest matcher and voxev agree: node --test matcher.test.mjs, in a project with Jest, Ajv and LWC.
// FIXTURES is the folder of that name in the repository.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const { expect } = require('expect');
const { toBeToolkitEvent } = require('voxev/jest');
const { binaryPath } = require(require.resolve('voxev/package.json').replace('package.json', 'lib/binary.js'));
expect.extend({ toBeToolkitEvent });

/** Rules about the text of a line, which do not apply to objects. */
const ABOUT_TEXT = ['duplicate-key', 'nested-too-deep', 'invalid-utf8', 'invalid-json'];

function message(received, options) {
  try {
    expect(received).toBeToolkitEvent(options);
  } catch (error) {
    return error.message;
  }
  return undefined;
}

/** The rules of the errors that voxev has for the lines of captures, by `file:line`. */
function errors(captures, options) {
  const all = ['validate', '--no-config', '--input', 'lines', '--format', 'json', ...options, ...captures];
  const run = spawnSync(binaryPath(), all, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(run.status, 1, run.stderr);
  const rules = new Map();
  for (const { file, line, rule, severity } of run.stdout.split('\n').filter(Boolean).map((it) => JSON.parse(it))) {
    if (severity !== 'error') continue;
    const place = `${file}:${line}`;
    rules.set(place, [...(rules.get(place) ?? []), rule]);
  }
  return rules;
}

/** The captures of the fixtures. */
function captures() {
  return ['valid', 'invalid', 'shapes', 'calls', 'hostile'].flatMap((kind) => {
    const folder = join(process.env.FIXTURES, kind);
    return readdirSync(folder).filter((it) => it.endsWith('.jsonl')).map((it) => join(folder, it));
  });
}

/** The lines of a capture that are JSON objects, with their numbers. */
function* objects(path) {
  let line = 0;
  for (const text of readFileSync(path, 'utf8').replace(/^\uFEFF/, '').split('\n')) {
    line += 1;
    let payload;
    try { payload = JSON.parse(text); } catch { continue; }
    if (payload !== null && typeof payload === 'object' && !Array.isArray(payload)) yield { line, payload };
  }
}

for (const strict of [false, true]) {
  test(`the verdict on every fixture is that of voxev validate${strict ? ' --strict' : ''}`, () => {
    const counts = { accepted: 0, refused: 0 };
    const found = errors(captures(), strict ? ['--strict'] : []);
    for (const path of captures()) {
      for (const { line, payload } of objects(path)) {
        const rules = found.get(`${path}:${line}`) ?? [];
        if (rules.some((it) => ABOUT_TEXT.includes(it))) continue;
        const refused = message(payload, { strict }) !== undefined;
        assert.equal(refused, rules.length > 0, `${path}:${line}: ${rules}`);
        counts[refused ? 'refused' : 'accepted'] += 1;
      }
    }
    assert.ok(counts.accepted > 50 && counts.refused > 30, JSON.stringify(counts));
  });
}

const HOLD = { type: 'hold', detail: { callId: 'a', participant: 'Ann' } };
const BROKEN = { type: 'hold', detail: { callId: 4 } };

test('the message is that of voxev where the program is there', () => {
  const text = message(BROKEN);
  assert.match(text, /error\[wrong-type\]: callId is 4, but must be a string\n.*column 35/);
  assert.match(text, /error\[missing-property\]: hold has no participant/);
  assert.match(message({ type: 'calended', detail: {} }), /help: replace it with "callended"/);
});

test('without the program, the message is that of the schema', () => {
  process.env.VOXEV_BINARY = '/nowhere';
  try {
    assert.match(message(BROKEN), /^\/detail\/callId: must be string$/m);
    assert.match(message(BROKEN), /^\/detail: must have required property 'participant'$/m);
    const call = { type: 'callstarted', detail: { callId: 'a', callType: 'in', participant: 'Ann' } };
    assert.match(message(call), /callType: must be equal to one of the allowed values: \["inbound","outbound",/);
    assert.match(message({ type: '../package', detail: {} }), /"..\/package" is not a toolkit event/);
    // No errors about the `if` of a schema beside those of its branches.
    assert.doesNotMatch(message({ type: 'audiostats', detail: { callId: 'a' } }), /"then"|"else"/);
  } finally {
    delete process.env.VOXEV_BINARY;
  }
});

test('a browser event is checked by its type and detail', () => {
  assert.equal(message(new CustomEvent('hold', { detail: HOLD.detail }), { strict: true }), undefined);
  assert.match(message(new CustomEvent('hold', { detail: BROKEN.detail })), /wrong-type/);
});

test('what is no event is refused', () => {
  for (const value of [undefined, null, 42, 'hold', [], {}, { type: 3 }, { type: '__proto__' }]) {
    assert.ok(message(value), String(value));
  }
});

test('a valid event fails the negated matcher, which says so', () => {
  assert.throws(() => expect(HOLD).not.toBeToolkitEvent(), /\.not\.toBeToolkitEvent[^]*Received: .*"Ann"/);
  expect(BROKEN).not.toBeToolkitEvent();
});

test('the replay module compiles as a Lightning web component', () => {
  const { transformSync } = require('@lwc/compiler');
  const source = readFileSync(require.resolve('voxev/replay').replace(/cjs$/, 'mjs'), 'utf8');
  const { code, warnings } = transformSync(source, 'replay.js', { namespace: 'c', name: 'replay' });
  assert.match(code, /function replay\(/);
  assert.deepEqual(warnings ?? [], []);
});
