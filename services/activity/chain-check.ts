import { createHash, type Hash } from 'node:crypto';
import { addressHash, entryHash, isSameHash, NO_HASH } from './entry-hash.ts';
import type { ChainHead } from './store/find-head.ts';
import type { ChainedActivity, ChainRow } from './store/list-chain.ts';

/** What can be wrong with a chain; the names are those of the contract. */
export type ProblemKind =
  | 'ENTRY_MISSING'
  | 'ENTRY_ALTERED'
  | 'ACTIVITY_MISSING'
  | 'ACTIVITY_UNCHAINED'
  | 'ADDRESS_MISSING'
  | 'ADDRESS_ALTERED'
  | 'ERASURE_ALTERED'
  | 'HEAD_ALTERED'
  | 'SAVED_HEAD_ALTERED';

/** Where and how a chain is broken. */
export interface ChainProblem {
  readonly kind: ProblemKind;
  /** Number of the entry; 0 for an activity without an entry. */
  readonly sequence: bigint;
  /** Id of the activity; undefined when the problem is not about one. */
  readonly activityId: string | undefined;
}

/** How far a chain has been checked: the last entry and its hash. */
export interface ChainPosition {
  readonly sequence: bigint;
  readonly hash: Uint8Array;
}

/** The position before the first entry. */
export const START: ChainPosition = { sequence: 0n, hash: NO_HASH };

/** Checks a chain entry by entry. It needs little memory, however long the chain is. */
export interface ChainCheck {
  readonly position: ChainPosition;
  /** Takes the next entry. */
  add(row: ChainRow): void;
  /** The first problem found. With the head up to which the chain was read, also checks that the chain ends there. */
  finish(head?: ChainHead): ChainProblem | undefined;
}

/** What to check. */
export interface ChainCheckOptions {
  readonly ownerId: string;
  /** Where to continue. The entries up to there have been checked, and no activity of theirs was erased. */
  readonly after: ChainPosition;
  /** Addresses of activities from this moment on must be present. */
  readonly addressesDueSince: Date;
}

/** Makes a check. It continues after a problem, because the first problem in the chain may be found last. */
export function createChainCheck({ ownerId, after, addressesDueSince }: ChainCheckOptions): ChainCheck {
  let position = after;
  let present = after.sequence;
  let deletionSequence: bigint | undefined;
  let addressGone: ChainRow | undefined;
  let problem: ChainProblem | undefined;
  const gone = createGoneActivities();

  const note = (kind: ProblemKind | undefined, sequence: bigint, activityId?: string | null): void => {
    if (kind === undefined || (problem !== undefined && sequence >= problem.sequence)) return;
    problem = { kind, sequence, activityId: activityId ?? undefined };
  };

  const addActivity = (row: ChainRow, activity: ChainedActivity): void => {
    present += 1n;
    if (activity.type === 'user.deleted') deletionSequence ??= row.sequence;
    const state = addressStateOf(activity);
    if (state === 'ALTERED') note('ADDRESS_ALTERED', row.sequence, row.activityId);
    // Not a problem yet: the deletion of the account also erases addresses, and its entry comes later.
    else if (state === 'GONE' && new Date(activity.createTime) >= addressesDueSince) addressGone ??= row;
  };

  const addErasure = (row: ChainRow): void => {
    const { erasedTo, erasedHash } = row;
    const isOfDeletion = deletionSequence !== undefined && erasedTo !== null && erasedTo <= deletionSequence;
    if (isOfDeletion && isSameHash(gone.settle(erasedTo), erasedHash)) return;
    note('ERASURE_ALTERED', row.sequence);
  };

  return {
    get position() {
      return position;
    },
    add(row) {
      const kind = problemOfEntry(ownerId, position, row);
      if (kind === 'ENTRY_MISSING') note(kind, minOf(row.sequence, position.sequence + 1n));
      else note(kind, row.sequence, row.activityId);
      position = { sequence: row.sequence, hash: row.hash };
      if (row.activity !== undefined) addActivity(row, row.activity);
      else if (row.activityId === null) addErasure(row);
      else gone.add(row);
    },
    finish(head) {
      for (const { sequence, activityId } of gone.unsettled()) note('ACTIVITY_MISSING', sequence, activityId);
      if (addressGone !== undefined && deletionSequence === undefined) {
        note('ADDRESS_MISSING', addressGone.sequence, addressGone.activityId);
      }
      if (head === undefined) return problem;
      note(problemOfHead(head, position), minOf(head.sequence, position.sequence + 1n));
      if (problem === undefined && head.activities !== present) note('ACTIVITY_UNCHAINED', 0n);
      return problem;
    },
  };
}

/** What is wrong with an entry, by itself or as the successor of `before`. */
function problemOfEntry(ownerId: string, before: ChainPosition, row: ChainRow): ProblemKind | undefined {
  if (row.sequence !== before.sequence + 1n) return 'ENTRY_MISSING';
  // Without its activity the hash cannot be computed. The hash of the next entry vouches for it.
  if (row.activityId !== null && row.activity === undefined) return undefined;
  return isSameHash(entryHash(ownerId, row, before.hash), row.hash) ? undefined : 'ENTRY_ALTERED';
}

function problemOfHead(head: ChainHead, last: ChainPosition): ProblemKind | undefined {
  if (last.sequence < head.sequence) return 'ENTRY_MISSING';
  const isEnd = head.lastSequence === head.sequence && isSameHash(head.hash ?? NO_HASH, last.hash);
  return isEnd ? undefined : 'HEAD_ALTERED';
}

function addressStateOf({
  address,
  addressSalt,
  addressHash: recorded,
}: ChainedActivity): 'RIGHT' | 'GONE' | 'ALTERED' {
  if (address === null || addressSalt === null) return recorded === null ? 'RIGHT' : 'GONE';
  return isSameHash(addressHash(addressSalt, address), recorded) ? 'RIGHT' : 'ALTERED';
}

/** Entries that one step of the erasure covers: see erase_activities in the migrations. */
const ERASURE_ENTRIES = 10_000n;

/** Keeps the entries whose activities are gone until a later entry says that they were erased. */
function createGoneActivities() {
  /** By the number of the erasure step. */
  const steps = new Map<bigint, { readonly first: ChainRow; readonly sequences: Hash }>();
  const stepOf = (sequence: bigint) => (sequence - 1n) / ERASURE_ENTRIES;
  return {
    add(row: ChainRow): void {
      const step = steps.get(stepOf(row.sequence));
      if (step !== undefined) step.sequences.update(`,${row.sequence}`);
      else steps.set(stepOf(row.sequence), { first: row, sequences: createHash('sha256').update(`${row.sequence}`) });
    },
    /**
     * SHA-256 of the numbers of the entries that are gone in the step that ends with this entry; undefined when none
     * is.
     */
    settle(erasedTo: bigint): Uint8Array | undefined {
      const step = steps.get(stepOf(erasedTo));
      steps.delete(stepOf(erasedTo));
      return step?.sequences.digest();
    },
    /** The first entry that is gone of each step without an erasure entry. */
    unsettled: () => [...steps.values()].map(({ first }) => first),
  };
}

function minOf(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
