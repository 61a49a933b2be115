/**
 * Replays captures of Service Cloud Voice toolkit events in tests and on pages, without the toolkit.
 * Part of voxev, which prints this file: `voxev replay-module --format types`.
 */

/** A payload of a capture. `voxev schema --format typescript` declares each event's. */
export interface Payload {
  /** Name of the event, such as `callstarted`. */
  type: string;
  /** What the event tells. */
  detail?: unknown;
  /** When the event was recorded: RFC 3339, or seconds or milliseconds since 1970. */
  recordedAt?: unknown;
}

/** Which events to replay, and how fast. */
export interface ReplayOptions {
  /** Replays the events of this call, or of these calls. */
  callId?: string | readonly string[];
  /** Replays events of this type, or of these types. */
  type?: string | readonly string[];
  /**
   * How many times faster than recorded: 1 is real time, 60 plays a minute in a second.
   * The default, `Infinity`, replays all events at once. An event has the time in `recordedAt`, or
   * else the time at which it was sent. An event without a time follows the one before it at once.
   */
  speed?: number;
  /** Ends the replay when it is aborted; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Dispatches a `CustomEvent` on `element` for each payload, in order. Between two events, promises
 * run, so that components render. Each event has a copy of the payload's `detail`.
 *
 * @param element What the component listens to: its `lightning-service-cloud-voice-toolkit-api`.
 * @returns How many events were dispatched, once the last one was.
 */
export function replay(
  element: EventTarget,
  payloads: Iterable<Payload>,
  options?: ReplayOptions,
): Promise<number>;

/**
 * The payloads of a capture: JSON Lines, or one JSON array.
 *
 * @throws SyntaxError that names the first line without a payload.
 */
export function parseCapture<P extends Payload = Payload>(text: string): P[];
