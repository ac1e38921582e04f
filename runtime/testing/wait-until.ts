import { setTimeout as sleep } from 'node:timers/promises';

/** Bounds of a wait. */
export interface WaitOptions {
  /** Gives up after this long; 5 s when absent. */
  readonly timeoutMs?: number;
  /** Pause between two looks; when absent, 20 ms, and after some time a tenth of it, since looks slow down what they wait for. */
  readonly intervalMs?: number;
  /** What is waited for, for the failure message; the text of `check` when absent. */
  readonly what?: string;
}

/** What is left of a type when it is known to be truthy. */
export type Truthy<T> = Exclude<T, false | null | undefined | 0 | 0n | ''>;

/**
 * Looks again and again until `check` gives something truthy, and gives that. A check that throws counts as "not yet".
 * It is the only way in which tests wait.
 *
 * @throws Error telling what the last look saw or threw, after `timeoutMs`, also when a look itself does not end
 */
export async function waitUntil<T>(check: () => T | Promise<T>, options: WaitOptions = {}): Promise<Truthy<T>> {
  const { timeoutMs = 5_000, intervalMs, what = check.toString() } = options;
  const state: { value?: T; failure?: unknown; isOver: boolean } = { isOver: false };
  const looks = async (): Promise<Truthy<T>> => {
    const startTime = performance.now();
    for (;;) {
      try {
        state.value = await check();
        delete state.failure;
      } catch (error) {
        state.failure = error;
      }
      if (!('failure' in state) && state.value) return state.value as Truthy<T>; // What is truthy is none of the excluded.
      if (state.isOver) return new Promise(() => undefined); // Nobody listens any more.
      await sleep(intervalMs ?? Math.max(20, (performance.now() - startTime) / 10));
    }
  };
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const last = 'failure' in state ? `threw ${String(state.failure)}` : `gave ${asText(state.value)}`;
    const message = `Waited ${timeoutMs} ms in vain for: ${what}; the last look ${last}.`;
    expired.reject(new Error(message, { cause: state.failure }));
  }, timeoutMs);
  try {
    return await Promise.race([looks(), expired.promise]);
  } finally {
    state.isOver = true;
    clearTimeout(timer);
  }
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
