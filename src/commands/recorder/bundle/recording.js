/*
 * The lines of a recording: in memory, and in the browser's session storage, where they survive a
 * refresh of the page and end with the tab.
 */

/** Characters of lines that are kept. Browsers give all components of a page about five million. */
export const MOST_CHARACTERS = 2000000;

/** Numbers that are looked up at most: an event per second for eleven days. */
const MOST_NUMBERS = 1000000;

const AUDIOSTATS = /^\{"recordedAt":"[^"]*","type":"audiostats"/;

export class Recording {
    /** The recording with this name, as far as the session storage has it. */
    constructor(name, mostCharacters = MOST_CHARACTERS) {
        this.name = name;
        this.mostCharacters = mostCharacters;
        this.reset();
        this.restore();
    }

    reset() {
        /** Each with its number, its text, and whether it is in the storage. */
        this.lines = [];
        this.characters = 0;
        this.next = 0;
        /** How many replacements of personal values have a number. */
        this.numbered = 0;
        this.dropped = { audiostats: 0, others: 0 };
    }

    get count() {
        return this.lines.length;
    }

    /** Lines that are only in memory. */
    get unstored() {
        return this.lines.filter((line) => !line.isStored).length;
    }

    /** The capture. */
    text() {
        return this.lines.map((line) => `${line.text}\n`).join('');
    }

    add(text, numbered = 0) {
        this.numbered = numbered;
        if (text.length > this.mostCharacters) {
            this.dropped.others += 1;
            return;
        }
        // Another component on the page may have the same record.
        while (read(this.key(this.next)) !== null) this.next += 1;
        const line = { number: this.next, text, isStored: false };
        this.next += 1;
        this.lines.push(line);
        this.characters += text.length;
        while (this.characters > this.mostCharacters) this.drop(Math.max(this.oldestReport(), 0));
        if (this.lines.includes(line)) this.store(line);
        this.storeState();
    }

    clear() {
        this.lines.forEach((line) => remove(this.key(line.number)));
        remove(this.name);
        this.reset();
    }

    key(number) {
        return `${this.name}.${number}`;
    }

    /** Where the oldest audiostats event is; -1 where there is none. */
    oldestReport() {
        return this.lines.findIndex((line) => AUDIOSTATS.test(line.text));
    }

    drop(at) {
        const [line] = this.lines.splice(at, 1);
        this.characters -= line.text.length;
        remove(this.key(line.number));
        this.dropped[AUDIOSTATS.test(line.text) ? 'audiostats' : 'others'] += 1;
    }

    /** Makes room by dropping audiostats. Other events are not dropped for it: they stay in memory. */
    store(line) {
        while (!write(this.key(line.number), line.text)) {
            const oldest = this.lines.findIndex((it) => it.isStored && AUDIOSTATS.test(it.text));
            if (oldest < 0) return;
            this.drop(oldest);
        }
        line.isStored = true;
    }

    storeState() {
        const first = this.lines.length > 0 ? this.lines[0].number : this.next;
        const { next, numbered, dropped } = this;
        write(this.name, JSON.stringify({ first, next, numbered, dropped }));
    }

    restore() {
        const state = parsed(read(this.name));
        if (!state) return;
        Object.assign(this, { numbered: state.numbered, dropped: state.dropped });
        // Lines may have been written after the state was.
        for (let number = state.first; ; number += 1) {
            const text = read(this.key(number));
            if (text === null && number >= state.next) break;
            this.next = number + 1;
            if (text !== null) {
                this.lines.push({ number, text, isStored: true });
                this.characters += text.length;
            }
        }
    }
}

/** The state in `text`; undefined unless this is one. */
function parsed(text) {
    try {
        const state = JSON.parse(text);
        const { audiostats, others } = state.dropped;
        const numbers = [state.first, state.next, state.numbered, audiostats, others];
        const isSmall = state.next - state.first <= MOST_NUMBERS;
        return numbers.every(Number.isSafeInteger) && isSmall ? state : undefined;
    } catch (error) {
        return undefined;
    }
}

// The storage may be blocked altogether; then nothing survives a refresh.

function read(key) {
    try {
        return window.sessionStorage.getItem(key);
    } catch (error) {
        return null;
    }
}

function write(key, text) {
    try {
        window.sessionStorage.setItem(key, text);
        return true;
    } catch (error) {
        return false;
    }
}

function remove(key) {
    try {
        window.sessionStorage.removeItem(key);
    } catch (error) {
        // Nothing was written either.
    }
}
