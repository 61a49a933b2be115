import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createElement } from 'lwc';
import CallMonitor from 'c/callMonitor';
import { parseCapture, replay } from 'voxev/replay';

const capture = parseCapture(readFileSync(join(__dirname, 'data/bad-call.jsonl'), 'utf8'));
const SECOND = 1000;

describe('c-call-monitor', () => {
  let monitor;
  let toolkit;
  const shown = (selector) => monitor.shadowRoot.querySelector(selector)?.textContent;

  beforeEach(() => {
    monitor = createElement('c-call-monitor', { is: CallMonitor });
    document.body.append(monitor);
    toolkit = monitor.shadowRoot.querySelector('lightning-service-cloud-voice-toolkit-api');
  });

  afterEach(() => {
    jest.useRealTimers();
    monitor.remove();
  });

  it('shows a whole call', async () => {
    await replay(toolkit, capture);
    expect(shown('.state')).toBe('No call');
    expect(shown('.participant')).toBe(capture[0].detail.participant);
    expect(shown('.messages')).toBe('3 messages');
  });

  it('warns of poor audio', async () => {
    const reports = capture.filter(({ type }) => type === 'audiostats');
    await replay(toolkit, reports.slice(0, 4));
    expect(shown('.warning')).toBeUndefined();
    await replay(toolkit, reports.slice(4));
    expect(shown('.warning')).toBe('Poor audio: 12.5 % of the packets are lost');
  });

  it('shows when the call is on hold', async () => {
    jest.useFakeTimers();
    const played = replay(toolkit, capture, { speed: 1 });
    await jest.advanceTimersByTimeAsync(110 * SECOND);
    expect(shown('.state')).toBe('On hold');
    await jest.advanceTimersByTimeAsync(20 * SECOND);
    expect(shown('.state')).toBe('In a call');
    await jest.advanceTimersByTimeAsync(70 * SECOND);
    expect(await played).toBe(capture.length);
  });

  it('no longer listens when it is removed', async () => {
    await replay(toolkit, capture, { type: 'callstarted' });
    monitor.remove();
    await replay(toolkit, capture, { type: 'callended' });
    document.body.append(monitor);
    expect(shown('.state')).toBe('Ringing');
  });

  it('is tested with valid events', () => {
    for (const payload of capture) expect(payload).toBeToolkitEvent();
  });
});
