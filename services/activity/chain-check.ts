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

/** A place at which a chain is broken. */
export interface ChainProblem {
  readonly kind: ProblemKind;
  /** Number of the entry; 0 for an activity that has none. */
  readonly sequence: bigint;
  /** Id of the activity, where it is about one. */
  readonly activityId: string | undefined;
}

/** How far a chain has been checked: the last entry and its hash. */
export interface ChainPosition {
  readonly sequence: bigint;
  readonly hash: Uint8Array;
}

/** Before the first entry. */
export const START: ChainPosition = { sequence: 0n, hash: NO_HASH };

/** Checks a chain entry by entry, in little memory whatever its length. */
export interface ChainCheck {
  readonly position: ChainPosition;
  /** Takes the next entry. */
  add(row: ChainRow): void;
  /** The first problem found. With a head, which the chain was read up to: also whether it ends there. */
  finish(head?: ChainHead): ChainProblem | undefined;
}

/** What a check needs to know. */
export interface ChainCheckOptions {
  readonly ownerId: string;
  /** Where to go on. What comes before has been checked, and nothing of it was erased. */
  readonly after: ChainPosition;
  /** From this moment on addresses must be there. */
  readonly addressesDueSince: Date;
}

/** Makes a check. It goes on after a problem, so that the first one is told even when it shows late. */
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
    // The deletion of the account erases addresses too, and comes later.
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

/** What is wrong with an entry by itself and as the one after `before`. */
function problemOfEntry(ownerId: string, before: ChainPosition, row: ChainRow): ProblemKind | undefined {
  if (row.sequence !== before.sequence + 1n) return 'ENTRY_MISSING';
  // Without its activity there is nothing to compute the hash from; that of the next entry vouches for it.
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

/** Entries that one step of the erasure looks through; see erase_activities in the migrations. */
const ERASURE_ENTRIES = 10_000n;

/** Entries whose activities are gone, until an entry that comes later tells that they were erased. */
function createGoneActivities() {
  /** By the step of the erasure. */
  const steps = new Map<bigint, { readonly first: ChainRow; readonly sequences: Hash }>();
  const stepOf = (sequence: bigint) => (sequence - 1n) / ERASURE_ENTRIES;
  return {
    add(row: ChainRow): void {
      const step = steps.get(stepOf(row.sequence));
      if (step !== undefined) step.sequences.update(`,${row.sequence}`);
      else steps.set(stepOf(row.sequence), { first: row, sequences: createHash('sha256').update(`${row.sequence}`) });
    },
    /** SHA-256 of the numbers of those that are gone in the step that ends with this entry; undefined when none is. */
    settle(erasedTo: bigint): Uint8Array | undefined {
      const step = steps.get(stepOf(erasedTo));
      steps.delete(stepOf(erasedTo));
      return step?.sequences.digest();
    },
    /** The first of each step that no entry has told of. */
    unsettled: () => [...steps.values()].map(({ first }) => first),
  };
}

function minOf(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
