/*
 * Replaces personal values before anything is kept. What the contract does not document is left out.
 * The same participant has the same replacement until the page is refreshed; no original is stored.
 */
import { PROPERTIES } from './toolkitEvents';

const WORDS = { party: 'participant', name: 'name' };

export class Redaction {
    /** `numbered` replacements have been given out before. */
    constructor(numbered = 0) {
        this.numbered = numbered;
        this.known = Object.create(null);
    }

    /** A copy of the detail of an event. */
    detail(type, detail) {
        return this.copy(detail, PROPERTIES[type]);
    }

    copy(value, documented) {
        if (value === null || typeof value === 'boolean') return value;
        const isObject = typeof value === 'object';
        if (typeof documented === 'string') {
            return isObject ? undefined : this.replaced(value, documented);
        }
        if (Array.isArray(documented)) {
            const [item] = documented;
            return Array.isArray(value) ? value.map((it) => this.copy(it, item)) : undefined;
        }
        if (!documented || !isObject || Array.isArray(value)) return undefined;
        const copy = {};
        Object.keys(documented).forEach((key) => {
            if (value[key] !== undefined) copy[key] = this.copy(value[key], documented[key]);
        });
        return copy;
    }

    replaced(value, kind) {
        if (kind === 'keep' || value === '') return value;
        if (typeof value !== 'string') return 0;
        if (kind === 'text') return `${value.length} characters`;
        const key = `${kind} ${value}`;
        if (!this.known[key]) {
            this.numbered += 1;
            this.known[key] = `${WORDS[kind]} ${this.numbered}`;
        }
        return this.known[key];
    }
}
