import { createElement } from 'lwc';
import VoxevRecorder from 'c/voxevRecorder';
import { Recording } from '../recording';
import { EVENTS } from '../toolkitEvents';

const TOOLKIT = 'lightning-service-cloud-voice-toolkit-api';
const HOLD = { callId: 'c-1', participant: '+1 (415) 999-0000' };

const part = (recorder, id) => recorder.shadowRoot.querySelector(`[data-id="${id}"]`);
const remarks = (recorder) =>
    [...recorder.shadowRoot.querySelectorAll('[data-id="remark"]')].map((it) => it.textContent);

async function show(properties = {}) {
    const recorder = createElement('c-voxev-recorder', { is: VoxevRecorder });
    Object.assign(recorder, { recordId: 'r1' }, properties);
    document.body.appendChild(recorder);
    await Promise.resolve();
    return recorder;
}

async function send(recorder, type, detail) {
    const event = new CustomEvent(type, { detail });
    recorder.shadowRoot.querySelector(TOOLKIT).dispatchEvent(event);
    await Promise.resolve();
}

async function click(recorder, id) {
    part(recorder, id).click();
    await Promise.resolve();
}

/** The lines of the file that a click on "Download" makes. */
async function downloaded(recorder) {
    const made = [];
    URL.createObjectURL = (blob) => `blob:${made.push(blob)}`;
    URL.revokeObjectURL = jest.fn();
    const clicked = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation();
    await click(recorder, 'download');
    const [link] = clicked.mock.instances;
    clicked.mockRestore();
    expect(link.download).toMatch(/^capture-.*\.jsonl$/);
    const reader = new FileReader();
    const text = await new Promise((resolve) => {
        reader.onload = () => resolve(reader.result);
        reader.readAsText(made[0]);
    });
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

describe('c-voxev-recorder', () => {
    afterEach(() => {
        document.body.replaceChildren();
        window.sessionStorage.clear();
    });

    it('records every event once, with its time', async () => {
        const recorder = await show();
        for (const type of EVENTS) await send(recorder, type, HOLD);
        await send(recorder, 'click', HOLD);
        const lines = await downloaded(recorder);
        expect(lines.map((line) => line.type)).toEqual(EVENTS);
        expect(part(recorder, 'counter').textContent).toBe(`${EVENTS.length} events`);
        expect(Object.keys(lines[0])).toEqual(['recordedAt', 'type', 'detail']);
        expect(lines[0].detail).toEqual(HOLD);
        expect(new Date(lines[0].recordedAt).getTime()).toBeGreaterThan(0);
    });

    it('has one listener for each event, however often it is attached', async () => {
        const recorder = await show();
        for (let round = 0; round < 3; round += 1) {
            document.body.removeChild(recorder);
            document.body.appendChild(recorder);
        }
        await send(recorder, 'hold', HOLD);
        expect(await downloaded(recorder)).toHaveLength(1);
        const toolkit = recorder.shadowRoot.querySelector(TOOLKIT);
        document.body.removeChild(recorder);
        toolkit.dispatchEvent(new CustomEvent('hold', { detail: HOLD }));
        expect(window.sessionStorage.getItem('voxevRecorder.r1.1')).toBeNull();
    });

    it('goes on with what an earlier page has recorded of the record', async () => {
        const before = await show();
        await send(before, 'hold', HOLD);
        document.body.removeChild(before);
        const after = await show();
        await send(after, 'resume', HOLD);
        expect((await downloaded(after)).map((line) => line.type)).toEqual(['hold', 'resume']);
        const other = await show({ recordId: 'r2' });
        expect(part(other, 'counter').textContent).toBe('0 events');
        expect(part(other, 'download').disabled).toBe(true);
    });

    it('is empty after it was cleared, also after a refresh', async () => {
        const recorder = await show();
        await send(recorder, 'hold', HOLD);
        await click(recorder, 'clear');
        expect(part(recorder, 'counter').textContent).toBe('1 event');
        await click(recorder, 'confirm');
        expect(part(recorder, 'counter').textContent).toBe('0 events');
        expect(window.sessionStorage).toHaveLength(0);
        expect(part(await show(), 'counter').textContent).toBe('0 events');
    });

    it('replaces personal values if it is told to', async () => {
        const recorder = await show({ redactPersonalData: true });
        await send(recorder, 'hold', { ...HOLD, tab: 'Ann Example' });
        await send(recorder, 'resume', HOLD);
        const sender = { role: 'Agent', displayName: 'Ann Example' };
        await send(recorder, 'note', {
            callId: 'c-1',
            content: { formatType: 'Text', text: 'Call Ann' },
            sender
        });
        const [hold, resume, note] = await downloaded(recorder);
        expect(hold.detail).toEqual({ callId: 'c-1', participant: 'participant 1' });
        expect(resume.detail).toEqual(hold.detail);
        expect(note.detail.content).toEqual({ formatType: 'Text', text: '8 characters' });
        expect(note.detail.sender).toEqual({ role: 'Agent', displayName: 'name 2' });
        const stored = Object.keys(window.sessionStorage).map((key) => window.sessionStorage[key]);
        expect(stored.join()).not.toMatch(/Ann|999/);
        expect(remarks(recorder)[0]).toContain('replaced');
    });

    it('says if an event cannot be written', async () => {
        const recorder = await show();
        const circle = {};
        circle.circle = circle;
        await send(recorder, 'hold', circle);
        expect(remarks(recorder)).toEqual(['1 event could not be written as JSON.']);
    });
});

describe('a recording', () => {
    const line = (type, number) => JSON.stringify({ recordedAt: `${number}`, type, detail: {} });

    afterEach(() => {
        jest.restoreAllMocks();
        window.sessionStorage.clear();
    });

    it('drops the oldest audiostats first, then the oldest events', () => {
        const recording = new Recording('r', 4 * line('audiostats', 0).length);
        recording.add(line('hold', 0));
        for (let number = 1; number < 9; number += 1) recording.add(line('audiostats', number));
        expect(recording.dropped).toEqual({ audiostats: 5, others: 0 });
        expect(recording.text()).toContain(line('hold', 0));
        for (let number = 0; number < 9; number += 1) recording.add(line('resume', number));
        expect(recording.dropped).toEqual({ audiostats: 8, others: 6 });
        expect(recording.text()).not.toContain('"hold"');
        expect(new Recording('r').text()).toBe(recording.text());
    });

    it('drops audiostats, and nothing else, where the storage is full', () => {
        const recording = new Recording('r');
        recording.add(line('hold', 0));
        recording.add(line('audiostats', 1));
        const room = window.sessionStorage.length;
        const write = Storage.prototype.setItem;
        jest.spyOn(Storage.prototype, 'setItem').mockImplementation(function limited(key, text) {
            const isNew = this.getItem(key) === null;
            if (isNew && this.length >= room) throw new DOMException('full', 'QuotaExceededError');
            write.call(this, key, text);
        });
        recording.add(line('resume', 2));
        expect(recording.dropped).toEqual({ audiostats: 1, others: 0 });
        recording.add(line('swap', 3));
        expect([recording.count, recording.unstored]).toEqual([3, 1]);
        expect(new Recording('r').count).toBe(2);
    });

    it('works without a storage', () => {
        jest.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
            throw new DOMException('blocked', 'SecurityError');
        });
        const recording = new Recording('r');
        recording.add(line('hold', 0));
        expect([recording.count, recording.unstored]).toEqual([1, 1]);
        recording.clear();
        expect(recording.count).toBe(0);
    });

    it('ignores what is not its own in the storage', () => {
        for (const state of ['', 'null', '{}', '{"first":"x"}', '[', '{"first":0,"next":1e99}']) {
            window.sessionStorage.setItem('r', state);
            expect(new Recording('r').count).toBe(0);
        }
    });
});
