// The replay module, as the installed package has it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mock, test } from 'node:test';
import { parseCapture, replay } from 'voxev/replay';

const HOLD = { type: 'hold', detail: { callId: 'a', participant: 'Ann' } };
const RESUME = { type: 'resume', detail: { callId: 'b', participant: 'Ann' } };
const REPORTS = { type: 'audiostats', detail: { audioStats: { callId: 'a', stats: [] } } };
const MUTE = { type: 'mute', detail: { callId: 'a' } };

/** An element that keeps what is dispatched on it. */
function recorder() {
  const element = new EventTarget();
  const seen = [];
  for (const type of ['hold', 'resume', 'audiostats', 'mute', 'transcript']) {
    element.addEventListener(type, (event) => seen.push(event));
  }
  return { element, seen, types: () => seen.map((it) => it.type).join(' ') };
}

/** Lets the promises run that are ready. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('events come in order, as CustomEvents with the detail of their payload', async () => {
  const { element, seen } = recorder();
  assert.equal(await replay(element, [HOLD, RESUME, REPORTS]), 3);
  assert.ok(seen.every((it) => it instanceof CustomEvent));
  assert.deepEqual(seen.map(({ type, detail }) => ({ type, detail })), [HOLD, RESUME, REPORTS]);
});

test('a listener that changes its detail does not change the payload', async () => {
  const { element } = recorder();
  const payload = JSON.parse('{"type":"hold","detail":{"__proto__":{"x":1},"list":[{"a":1}]}}');
  element.addEventListener('hold', ({ detail }) => {
    assert.ok(Object.hasOwn(detail, '__proto__') && !('x' in detail));
    detail.list[0].a = 2;
  });
  await replay(element, [payload]);
  assert.equal(payload.detail.list[0].a, 1);
});

test('promises run between two events, so that components render', async () => {
  const { element } = recorder();
  const order = [];
  element.addEventListener('hold', () => {
    order.push('event');
    Promise.resolve().then(() => order.push('rendering'));
  });
  await replay(element, [HOLD, HOLD]);
  assert.deepEqual(order, ['event', 'rendering', 'event', 'rendering']);
});

test('callId and type select, also the calls of reports in the shape of connectors', async () => {
  const select = async (options) => {
    const { element, types } = recorder();
    await replay(element, [HOLD, RESUME, REPORTS, MUTE], options);
    return types();
  };
  assert.equal(await select({ callId: 'a' }), 'hold audiostats mute');
  assert.equal(await select({ callId: ['a', 'b'], type: ['resume', 'mute'] }), 'resume mute');
  assert.equal(await select({ type: 'hold' }), 'hold');
  assert.equal(await select({ callId: 'c' }), '');
});

test('events keep their distances, divided by speed', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  try {
    const { element, types } = recorder();
    const sent = (type, at) => ({ type, detail: { clientSentTimestamp: at } });
    const played = replay(element, [
      { ...MUTE, recordedAt: '2026-01-05T10:00:00.000Z' },
      HOLD, // without a time: follows at once
      { ...RESUME, recordedAt: '2026-01-05T12:00:10+02:00' },
      sent('transcript', 1767607220000),
      { ...MUTE, recordedAt: 1767607215 }, // earlier than the one before: follows at once
      { ...HOLD, recordedAt: 1767607225 },
      { ...RESUME, recordedAt: '1767607230000' },
    ], { speed: 10 });
    const steps = [];
    for (let now = 0; now <= 3000; now += 500) {
      await settled();
      steps.push(types());
      mock.timers.tick(500);
    }
    assert.equal(await played, 7);
    assert.deepEqual(steps, [
      'mute hold', 'mute hold', 'mute hold resume', 'mute hold resume',
      'mute hold resume transcript mute', 'mute hold resume transcript mute hold',
      'mute hold resume transcript mute hold resume',
    ]);
  } finally {
    mock.timers.reset();
  }
});

test('an event that is months away is waited for', async () => {
  const controller = new AbortController();
  const { element, types } = recorder();
  const later = { ...HOLD, recordedAt: '2026-03-05T00:00:00Z' };
  const payloads = [{ ...MUTE, recordedAt: '2026-01-05T00:00:00Z' }, later];
  const played = replay(element, payloads, { speed: 1, signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await assert.rejects(played, { name: 'AbortError' });
  assert.equal(types(), 'mute');
});

test('without speed, times do not matter', async () => {
  const { element } = recorder();
  const started = performance.now();
  const far = { ...HOLD, recordedAt: '2027-01-05T00:00:00Z' };
  assert.equal(await replay(element, [{ ...HOLD, recordedAt: '2026-01-05T00:00:00Z' }, far]), 2);
  assert.ok(performance.now() - started < 1000);
});

test('an aborted replay dispatches nothing more and rejects with the reason of the signal', async () => {
  const controller = new AbortController();
  const { element, types } = recorder();
  element.addEventListener('resume', () => controller.abort(new Error('enough')));
  await assert.rejects(replay(element, [HOLD, RESUME, MUTE], { signal: controller.signal }), /enough/);
  await settled();
  assert.equal(types(), 'hold resume');
  await assert.rejects(replay(element, [HOLD], { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.equal(types(), 'hold resume');
});

test('a replay that waits can be aborted', async () => {
  const controller = new AbortController();
  const { element, types } = recorder();
  const far = { ...RESUME, recordedAt: '2026-01-05T10:00:00Z' };
  const near = { ...HOLD, recordedAt: '2026-01-05T09:00:00Z' };
  const played = replay(element, [near, far], { speed: 1, signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(played, { name: 'AbortError' });
  assert.equal(types(), 'hold');
});

test('what cannot be replayed is refused before the first event', async () => {
  const { element, seen } = recorder();
  await assert.rejects(replay(null, [HOLD]), /the element/);
  await assert.rejects(replay(element, '{"type":"hold"}'), /parseCapture/);
  await assert.rejects(replay(element, [HOLD, { detail: {} }]), /payload 1 has no type/);
  await assert.rejects(replay(element, [HOLD], { speed: 0 }), RangeError);
  await assert.rejects(replay(element, [HOLD], { speed: '' }), RangeError);
  assert.equal(seen.length, 0);
});

test('a capture is JSON Lines with any line ends, blank lines and a byte order mark', () => {
  const [hold, mute] = [HOLD, MUTE].map((it) => JSON.stringify(it));
  for (const text of [`${hold}\n${mute}\n`, `\uFEFF${hold}\r\n\r\n${mute}`, `\n ${hold} \n\t\n${mute}\n`]) {
    assert.deepEqual(parseCapture(text), [HOLD, MUTE]);
  }
  assert.deepEqual(parseCapture(''), []);
});

test('a capture is an array in any layout', () => {
  const tricky = { type: 'note', detail: { text: 'a]"\\ ,{[\n"', list: [[1, 2], {}] } };
  for (const indent of [0, 2]) {
    const text = JSON.stringify([HOLD, tricky], null, indent);
    assert.deepEqual(parseCapture(`\n ${text}\r\n`), [HOLD, tricky]);
  }
  assert.deepEqual(parseCapture('[]'), []);
  assert.deepEqual(parseCapture(' [\n ]\n'), []);
});

test('a broken line is named by its number and not quoted', () => {
  const hold = JSON.stringify(HOLD);
  const failures = [
    [`${hold}\n\n${hold.slice(0, -1)}\n`, 3, 'is not JSON'],
    [`${hold}\n42\n`, 2, 'has no event'],
    [`${hold}\r\n{"isTrusted":false}\r\n`, 2, 'has no event'],
    [`${hold}\nnull`, 2, 'has no event'],
    [`[\n${hold},\n{"type":hold},\n${hold}\n]`, 3, 'is not JSON'],
    [`[\n${hold.slice(0, -1)},\n${hold}\n]`, 4, 'is the last'],
    [`[\n${hold},\n\n{"detail":\n{}}]`, 4, 'has no event'],
    [`[\n${hold},\n]`, 3, 'is not JSON'],
    [`[,\n${hold}]`, 1, 'is not JSON'],
    [`[\n${hold}\n${hold}]`, 2, 'is not JSON'],
    [`[\n${hold}\n`, 2, 'is the last'],
    [`[${hold}]\n\n[${hold}]`, 3, 'is behind the end'],
    ['[\n"open,\n', 2, 'is not JSON'],
  ];
  for (const [text, line, problem] of failures) {
    assert.throws(() => parseCapture(text), (error) => {
      assert.ok(error instanceof SyntaxError, text);
      assert.ok(error.message.startsWith(`line ${line} ${problem}`), `${text}\n${error.message}`);
      return !error.message.includes('Ann');
    });
  }
});

test('a long array takes time that grows with its length only', () => {
  const many = new Array(200_000).fill(JSON.stringify(HOLD)).join(',\n');
  const started = performance.now();
  assert.equal(parseCapture(`[${many}]`).length, 200_000);
  assert.equal(parseCapture(`[{"type":"note","detail":"${'\\"x'.repeat(2_000_000)}"}]`).length, 1);
  assert.ok(performance.now() - started < 5000);
});

test('require and import give the same functions', () => {
  const required = createRequire(import.meta.url)('voxev');
  assert.deepEqual(Object.keys(required).sort(), ['parseCapture', 'replay']);
  assert.deepEqual(required.parseCapture('{"type":"mute"}'), [{ type: 'mute' }]);
});
