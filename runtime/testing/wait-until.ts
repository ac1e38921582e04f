import { setTimeout as sleep } from 'node:timers/promises';

/** Bounds of a wait. */
export interface WaitOptions {
  /** Gives up after this long; 5 s when absent. */
  readonly timeoutMs?: number;
  /** Pause between two looks; 20 ms when absent. */
  readonly intervalMs?: number;
  /** What is waited for, for the failure message. */
  readonly what?: string;
}

/**
 * Looks again and again until `check` gives something truthy, and gives that. A check that throws counts as "not yet".
 * It is the only way in which tests wait.
 *
 * @throws Error telling what the last look saw or threw, after `timeoutMs`
 */
export async function waitUntil<T>(
  check: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  const { timeoutMs = 5_000, intervalMs = 20, what = check.toString() } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const look = await lookOnce(check);
    // Truthy, so none of the excluded values.
    if (look.value) return look.value as Exclude<Awaited<T>, false | null | undefined | 0 | ''>;
    if (Date.now() >= deadline) {
      const last = look.failure === undefined ? `gave ${String(look.value)}` : 'threw';
      throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}; the last look ${last}.`, { cause: look.failure });
    }
    await sleep(intervalMs);
  }
}

async function lookOnce<T>(check: () => T | Promise<T>): Promise<{ value?: T; failure?: unknown }> {
  try {
    return { value: await check() };
  } catch (failure) {
    return { failure };
  }
}
