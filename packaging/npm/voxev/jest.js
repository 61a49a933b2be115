'use strict';
// The matcher toBeToolkitEvent() for Jest and compatible runners. In `setupFilesAfterEnv` it
// registers itself.

const { spawnSync } = require('node:child_process');
const { binaryPath } = require('./lib/binary');

// Milliseconds for the program to say what is wrong.
const PATIENCE = 10_000;

const validators = new Map();

/** Checks a payload, or an event that a listener got, as `voxev validate` does. */
function toBeToolkitEvent(received, { strict = false } = {}) {
  const payload = payloadOf(received);
  const problems = problemsOf(payload, strict);
  const { matcherHint, printReceived } = this.utils;
  return {
    pass: problems.length === 0,
    message: () => {
      const hint = matcherHint('toBeToolkitEvent', undefined, '', { isNot: this.isNot });
      const reason = problems.length === 0 ? [] : [explained(payload, strict) ?? problems.join('\n'), ''];
      return [hint, '', ...reason, `Received: ${printReceived(payload)}`].join('\n');
    },
  };
}

/** The payload of a browser event, whose properties are not its own. Other values are payloads. */
function payloadOf(received) {
  const isEvent = Object.prototype.toString.call(received) === '[object CustomEvent]';
  return isEvent ? { type: received.type, detail: received.detail } : received;
}

function problemsOf(payload, strict) {
  if (typeof payload?.type !== 'string') {
    return ['not an event: expected {"type": …, "detail": …}'];
  }
  const validate = validator(payload.type, strict);
  if (!validate) return [`${JSON.stringify(payload.type)} is not a toolkit event`];
  if (validate(payload)) return [];
  // An error under `then` or `else` comes with one about the `if` beside it.
  const errors = validate.errors.filter((it) => it.keyword !== 'if');
  return errors.map(({ instancePath, message, params: { allowedValues } }) => {
    const values = allowedValues ? `: ${JSON.stringify(allowedValues)}` : '';
    return `${instancePath || 'the payload'}: ${message}${values}`;
  });
}

/** The compiled schema of an event; undefined where there is no such event. */
function validator(type, strict) {
  const file = `${strict ? 'strict/' : ''}${type}.json`;
  if (!validators.has(file)) {
    const events = require('./schemas/events.json');
    const compiled = events.includes(type) ? ajv().compile(require(`./schemas/${file}`)) : undefined;
    validators.set(file, compiled);
  }
  return validators.get(file);
}

function ajv() {
  let Ajv;
  try {
    Ajv = require('ajv/dist/2020').default;
  } catch (error) {
    throw new Error('toBeToolkitEvent() needs Ajv 8: npm install --save-dev ajv', { cause: error });
  }
  return new Ajv({ allErrors: true, keywords: ['x-voxev'], strictTypes: false, strictRequired: false });
}

/** What the voxev program says about a payload; undefined where it is not there or finds nothing. */
function explained(payload, strict) {
  if (payload === null || typeof payload !== 'object') return undefined;
  let path;
  try {
    path = binaryPath();
  } catch {
    return undefined;
  }
  const options = ['--no-config', '--input', 'lines', '--quiet', '--no-group', '--color', 'never'];
  const run = spawnSync(path, ['validate', ...options, ...(strict ? ['--strict'] : []), '-'], {
    input: `${JSON.stringify(payload)}\n`,
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  if (run.status !== 1) return undefined;
  return run.stdout.replaceAll('<stdin>:1:', 'column ').trimEnd();
}

globalThis.expect?.extend?.({ toBeToolkitEvent });

module.exports = { toBeToolkitEvent };
