/*
 * Records the telephony events of the Service Cloud Voice toolkit, one JSON object per line:
 *     {"recordedAt":"2026-01-05T10:00:05.000Z","type":"hold","detail":{…}}
 * Written by `voxev recorder`; `voxev validate` checks what it records.
 */
import { LightningElement, api } from 'lwc';
import { Recording } from './recording';
import { Redaction } from './redaction';
import { EVENTS } from './toolkitEvents';

const TOOLKIT = 'lightning-service-cloud-voice-toolkit-api';

export default class VoxevRecorder extends LightningElement {
    /** Whether personal values are replaced before anything is kept. Set in App Builder. */
    @api redactPersonalData = false;

    counter = '';
    last = '';
    remarks = [];
    isEmpty = true;
    isAskingToClear = false;

    _recordId;
    _recording;
    _redaction;
    _toolkit;
    _failed = 0;
    _url;

    /** The record of the page. Each one has a recording of its own. */
    @api
    get recordId() {
        return this._recordId;
    }
    set recordId(value) {
        if (value === this._recordId && this._recording) return;
        this._recordId = value;
        this.open();
    }

    connectedCallback() {
        if (!this._recording) this.open();
        this.listen();
    }

    renderedCallback() {
        this.listen();
    }

    disconnectedCallback() {
        this.unlisten();
        this.release();
    }

    /** Opens the recording of the record, with what an earlier page has kept of it. */
    open() {
        this._recording = new Recording(`voxevRecorder.${this._recordId || 'page'}`);
        this._redaction = new Redaction(this._recording.numbered);
        this._failed = 0;
        this.last = '';
        this.show();
    }

    /** Adds the listeners, once for each toolkit element. */
    listen() {
        const toolkit = this.template.querySelector(TOOLKIT);
        if (!toolkit || toolkit === this._toolkit) return;
        this.unlisten();
        EVENTS.forEach((name) => toolkit.addEventListener(name, this.record));
        this._toolkit = toolkit;
    }

    unlisten() {
        if (!this._toolkit) return;
        EVENTS.forEach((name) => this._toolkit.removeEventListener(name, this.record));
        this._toolkit = undefined;
    }

    /** An arrow function, so that it is the same one when it is removed. */
    record = (event) => {
        const { type } = event;
        const recordedAt = new Date().toISOString();
        try {
            const detail = this.redactPersonalData
                ? this._redaction.detail(type, event.detail)
                : event.detail;
            // Named one by one: under Lightning Web Security, they are not the event's own
            // properties, and JSON.stringify(event) loses them.
            const line = JSON.stringify({ recordedAt, type, detail });
            this._recording.add(line, this._redaction.numbered);
            this.last = `Last: ${type}, ${recordedAt.slice(11, 19)} UTC`;
        } catch (error) {
            this._failed += 1;
        }
        this.isAskingToClear = false;
        this.show();
    };

    show() {
        const { count, dropped, unstored, mostCharacters } = this._recording;
        const events = (number) => `${number} ${number === 1 ? 'event' : 'events'}`;
        this.counter = events(count);
        this.isEmpty = count === 0;
        const room = `${mostCharacters / 1000000} million characters`;
        this.remarks = [
            this.redactPersonalData && 'Names, phone numbers and texts are replaced.',
            dropped.audiostats > 0 &&
                `${events(dropped.audiostats)} dropped: the oldest audiostats, to stay within ${room} or the browser's storage.`,
            dropped.others > 0 &&
                `${events(dropped.others)} dropped: the oldest ones, to stay within ${room}.`,
            unstored > 0 &&
                `${events(unstored)} would be lost if the page is refreshed: the browser's storage is full or blocked.`,
            this._failed > 0 && `${events(this._failed)} could not be written as JSON.`
        ].filter(Boolean);
    }

    download() {
        this.release();
        // Lightning Web Security needs a type that it allows; application/x-ndjson is not one.
        const blob = new Blob([this._recording.text()], { type: 'text/plain' });
        this._url = URL.createObjectURL(blob);
        const link = document.createElement('a');
        const time = new Date().toISOString().slice(0, 19).replace(/:/g, '-');
        link.href = this._url;
        link.download = `capture-${this._recordId || 'page'}-${time}.jsonl`;
        link.click();
    }

    /** Frees the memory of the last download. */
    release() {
        if (this._url) URL.revokeObjectURL(this._url);
        this._url = undefined;
    }

    askToClear() {
        this.isAskingToClear = true;
    }

    clear() {
        this._recording.clear();
        this._redaction = new Redaction();
        this._failed = 0;
        this.last = '';
        this.isAskingToClear = false;
        this.show();
    }
}
