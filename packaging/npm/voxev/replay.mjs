/**
 * Replays captures of Service Cloud Voice toolkit events in tests and on pages, without the toolkit.
 * Part of voxev, which prints this file: `voxev replay-module`. It imports nothing.
 */

// Where a payload has the ID of its call, and the time at which the event was sent, by the schemas.
const CALL_ID = ['/detail/callId', '/detail/audioStats/callId'];
const SENT_AT = ['/detail/clientSentTimestamp'];

// Milliseconds: timers fire at once if they are to wait longer.
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Dispatches a CustomEvent on `element` for each payload, in order: at once, or with `speed` at the
 * distances of their times. Between two events, promises run, so that components render.
 */
export function replay(element, payloads, options = {}) {
  return new Promise((resolve, reject) => {
    const { speed = Infinity, signal } = options;
    const events = select(checked(element, payloads, speed), options);
    const dues = schedule(events, speed);
    const begun = Date.now();
    let dispatched = 0;
    let timer;

    const settle = (how, value) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      how(value);
    };
    const abort = () => settle(reject, signal.reason ?? new DOMException('The replay was aborted', 'AbortError'));
    const next = () => {
      if (signal?.aborted) return;
      if (dispatched === events.length) return settle(resolve, dispatched);
      const wait = dues[dispatched] - (Date.now() - begun);
      if (wait > LONGEST_TIMER) timer = setTimeout(next, LONGEST_TIMER);
      else if (wait > 0) timer = setTimeout(dispatch, wait);
      else dispatch();
    };
    const dispatch = () => {
      try {
        element.dispatchEvent(customEvent(element, events[dispatched]));
      } catch (error) {
        return settle(reject, error);
      }
      dispatched += 1;
      Promise.resolve().then(next);
    };

    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    next();
  });
}

/**
 * The payloads of a capture: JSON Lines, or one JSON array. Throws a SyntaxError that names the first
 * line without a payload. It does not quote the line, which may have personal data.
 */
export function parseCapture(text) {
  const capture = text.replace(/^\uFEFF/, '');
  const parts = /^\s*\[/.test(capture) ? elements(capture) : lines(capture);
  return Array.from(parts, ({ json, line }) => {
    let payload;
    try {
      payload = JSON.parse(json);
    } catch {
      throw new SyntaxError(`line ${line} is not JSON: voxev validate says why`);
    }
    if (typeof payload?.type !== 'string') {
      throw new SyntaxError(`line ${line} has no event: expected {"type": …, "detail": …}; voxev extract finds events in other text`);
    }
    return payload;
  });
}

/** The payloads as an array, if they can be replayed. */
function checked(element, payloads, speed) {
  if (typeof element?.dispatchEvent !== 'function') {
    throw new TypeError('replay: the first argument must be the element that the component listens to');
  }
  if (typeof payloads === 'string') {
    throw new TypeError('replay: the second argument must be payloads; parseCapture reads them from text');
  }
  if (!(speed > 0)) {
    throw new RangeError('replay: speed must be a number above 0; 1 is real time, Infinity is at once');
  }
  const events = [...payloads];
  const broken = events.findIndex((it) => typeof it?.type !== 'string');
  if (broken >= 0) throw new TypeError(`replay: payload ${broken} has no type: expected {type, detail}`);
  return events;
}

function select(events, { callId, type }) {
  const isIn = (wanted, value) => wanted === undefined || [].concat(wanted).includes(value);
  return events.filter((it) => isIn(type, it.type) && isIn(callId, first(CALL_ID, it)));
}

/** Milliseconds from the first time to each event. One without a time follows the one before it. */
function schedule(events, speed) {
  let start;
  let due = 0;
  return events.map((event) => {
    const time = recordedTime(event.recordedAt) ?? sentTime(first(SENT_AT, event));
    if (time === undefined) return due;
    start ??= time;
    due = (time - start) / speed;
    return due;
  });
}

/** Milliseconds since 1970 of RFC 3339 with an offset, or of a number of seconds or milliseconds. */
function recordedTime(value) {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const number = Number(value);
  // Seconds up to this number are the year 5138; as milliseconds it is 1973.
  if (number > 0) return number < 1e11 ? number * 1000 : number;
  const time = /^\d{4}-.*T.*(Z|[+-]\d\d:\d\d)$/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function sentTime(value) {
  return typeof value === 'number' ? value : undefined;
}

/** The value at the first of these JSON Pointers that leads to one. */
function first(pointers, payload) {
  for (const pointer of pointers) {
    const value = pointer.slice(1).split('/').reduce((it, key) => it?.[key], payload);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** An event of the element's own window, with a detail of its own, which listeners may change. */
function customEvent(element, { type, detail }) {
  const { CustomEvent } = element.ownerDocument?.defaultView ?? globalThis;
  return new CustomEvent(type, { detail: copy(detail) });
}

function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  if (value === null || typeof value !== 'object') return value;
  // Not by assignment, which would take the key "__proto__" for the prototype.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member)]));
}

function* lines(text) {
  let line = 0;
  for (const json of text.split('\n')) {
    line += 1;
    if (!/^[ \t\r]*$/.test(json)) yield { json, line };
  }
}

/** The text of each element of a JSON array, and the line on which it begins. */
function* elements(text) {
  const lineOf = (place) => text.slice(0, place).split('\n').length;
  let [depth, start, line, counted] = [0, 0, 1, 0];
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*"|[[\]{},]/g)) {
    if (depth === 1 && (token === ',' || token === ']')) {
      const json = text.slice(start, index);
      line += newlines(text.slice(counted, start + json.search(/\S|$/)));
      counted = start + json.search(/\S|$/);
      if (/\S/.test(json) || token === ',' || text[start - 1] === ',') yield { json, line };
      start = index + 1;
    }
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (token === '[' && depth === 1) start = index + 1;
    if (depth === 0) {
      const rest = index + 1 + text.slice(index + 1).search(/\S|$/);
      if (rest < text.length) throw new SyntaxError(`line ${lineOf(rest)} is behind the end of the array: a capture is JSON Lines or one array`);
      return;
    }
  }
  throw new SyntaxError(`line ${lineOf(text.trimEnd().length)} is the last, but a bracket is still open: voxev validate says which`);
}

function newlines(text) {
  return text.split('\n').length - 1;
}
