// The declarations of the package, for `tsc --strict` with each way to find modules.
import { parseCapture, replay } from 'voxev';
import type { Payload, ReplayOptions, ToolkitEvent, ToolkitEventMap } from 'voxev';
import * as module from 'voxev/replay';
import type { ToolkitEventOptions } from 'voxev/jest';

const capture = parseCapture<ToolkitEvent>('');
export const texts: string[] = capture.map((event) => (event.type === 'transcript' ? event.detail.content.text : event.type));
export const anything: Payload[] = module.parseCapture('');
export const options: ReplayOptions = { callId: ['a'], type: 'hold', speed: 60, signal: new AbortController().signal };
export const counted: Promise<number> = replay(document.body, capture, options);
export const listener = (event: ToolkitEventMap['hold']): string => event.detail.participant;
export const strict: ToolkitEventOptions = { strict: true };

expect(capture[0]).toBeToolkitEvent();
expect(capture[0]).not.toBeToolkitEvent({ strict: true });

// @ts-expect-error hold has a participant
export const broken: ToolkitEvent = { type: 'hold', detail: { callId: 'a' } };
// @ts-expect-error there is no such option
replay(document.body, capture, { speeed: 60 });
// @ts-expect-error payloads, not text
replay(document.body, 'text');
