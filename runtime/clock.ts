/** Where time comes from, so that a test can choose it. */
export interface Clock {
  /** The present moment. */
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };
