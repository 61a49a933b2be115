/** How a payload is checked. */
export interface ToolkitEventOptions {
  /** Accepts documented properties and values only, as `voxev validate --strict` does. */
  strict?: boolean;
}

/** The matcher, for `expect.extend({ toBeToolkitEvent })`. */
export declare function toBeToolkitEvent(
  this: unknown,
  received: unknown,
  options?: ToolkitEventOptions,
): { pass: boolean; message: () => string };

declare global {
  namespace jest {
    interface Matchers<R, T = {}> {
      /**
       * Checks a payload, or an event that a listener was called with, against the contract of its
       * event. Needs Ajv 8.
       */
      toBeToolkitEvent(options?: ToolkitEventOptions): R;
    }
  }
}
