/** A stretch of days after the due date; the last one has no end. */
export interface AgeingBucket {
  readonly daysFrom: number;
  readonly daysTo?: number;
}

/** How overdue amounts are told apart by age, youngest first and without gaps: the buckets of an aged receivables report. */
export const AGEING_BUCKETS: readonly AgeingBucket[] = [
  { daysFrom: 1, daysTo: 30 },
  { daysFrom: 31, daysTo: 60 },
  { daysFrom: 61, daysTo: 90 },
  { daysFrom: 91 },
];
