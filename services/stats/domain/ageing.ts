/** A range of days after the due date, both ends included. The last bucket has no end. */
export interface AgeingBucket {
  readonly daysFrom: number;
  readonly daysTo?: number;
}

/** The buckets of an aged receivables report, by which overdue amounts are grouped: youngest first, without gaps. */
export const AGEING_BUCKETS: readonly AgeingBucket[] = [
  { daysFrom: 1, daysTo: 30 },
  { daysFrom: 31, daysTo: 60 },
  { daysFrom: 61, daysTo: 90 },
  { daysFrom: 91 },
];
