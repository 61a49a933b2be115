// Replays captures on a page: replay.mjs VOXEV
// The page gets the module that `voxev replay-module` prints, and no other help.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withPage } from './browser.mjs';

const [voxev] = process.argv.slice(2);
const print = (...options) => execFileSync(voxev, options, { encoding: 'utf8', maxBuffer: 1 << 28 });
const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(print('replay-module'))}`;

const folder = 'fixtures/valid';
const fixtures = readdirSync(folder).filter((it) => it.endsWith('.jsonl'));
const captures = [
  ...fixtures.map((it) => readFileSync(join(folder, it), 'utf8')),
  print('generate', '--calls', '20', '--seed', '1'),
  print('convert', '--to', 'json', join(folder, 'call.jsonl')),
];

/** The payloads, read independently of the module. */
function expected(text) {
  const body = text.replace(/^\uFEFF/, '');
  const payloads = body.startsWith('[') ? JSON.parse(body) : body.split('\n').filter((it) => it.trim()).map((it) => JSON.parse(it));
  return payloads.map(({ type, detail }) => JSON.stringify({ type, detail }));
}

/** On the page: what listeners on the toolkit's element are called with, and what replay() returns. */
async function replayed({ url, text }) {
  const { parseCapture, replay } = await import(url);
  const toolkit = document.createElement('lightning-service-cloud-voice-toolkit-api');
  document.body.append(toolkit);
  const payloads = parseCapture(text);
  const seen = [];
  for (const type of new Set(payloads.map((it) => it.type))) {
    toolkit.addEventListener(type, (event) => {
      if (!(event instanceof CustomEvent) || event.target !== toolkit) throw new Error('not a CustomEvent');
      seen.push(JSON.stringify({ type: event.type, detail: event.detail }));
    });
  }
  const count = await replay(toolkit, payloads);
  return { seen, count };
}

/** On the page: the milliseconds from the start of a replay to each of its events. */
async function timed({ url, payloads, speed }) {
  const { replay } = await import(url);
  const toolkit = document.createElement('div');
  const seen = [];
  const started = performance.now();
  toolkit.addEventListener('mute', () => seen.push(performance.now() - started));
  await replay(toolkit, payloads, { speed });
  return seen;
}

/** On the page: a listener that throws, an aborted replay, and an element of another window. */
async function special({ url }) {
  const { replay } = await import(url);
  const mute = { type: 'mute', detail: { callId: 'a' } };
  const toolkit = document.createElement('div');
  const errors = [];
  window.addEventListener('error', (event) => { errors.push(event.message); event.preventDefault(); });
  toolkit.addEventListener('mute', () => { throw new Error('broken'); });
  const thrown = await replay(toolkit, [mute, mute]);

  const controller = new AbortController();
  const aborted = replay(toolkit, [{ ...mute, recordedAt: 1 }, { ...mute, recordedAt: 1e9 }], { speed: 1, signal: controller.signal });
  controller.abort();
  const reason = await aborted.catch((error) => error.name);

  const frame = document.body.appendChild(document.createElement('iframe'));
  const inner = frame.contentDocument.body;
  let isInner = false;
  inner.addEventListener('mute', (event) => { isInner = event instanceof frame.contentWindow.CustomEvent; });
  await replay(inner, [mute]);
  return { thrown, errors, reason, isInner };
}

const count = await withPage({}, async (page) => {
  let total = 0;
  for (const text of captures) {
    const { seen, count } = await page.evaluate(replayed, { url, text });
    const all = expected(text);
    assert.deepEqual(seen, all);
    assert.equal(count, all.length);
    total += count;
  }

  const at = (second) => ({ type: 'mute', detail: {}, recordedAt: `2026-01-05T10:00:${second}Z` });
  const times = await page.evaluate(timed, { url, payloads: ['00', '06', '12.000'].map(at), speed: 60 });
  // A browser may be late, but never early by more than the resolution of its clock.
  assert.ok(times[0] < 100 && times[1] >= 99 && times[2] >= 199 && times[2] < 2000, String(times));

  const { thrown, errors, reason, isInner } = await page.evaluate(special, { url });
  assert.equal(thrown, 2);
  assert.deepEqual(errors, new Array(3).fill('Uncaught Error: broken'));
  assert.deepEqual([reason, isInner], ['AbortError', true]);
  return total;
});
assert.ok(count > 500, `${count} events`);
console.log(`replay: Chromium gets ${count} events of ${captures.length} captures, in order and unchanged`);
