import { FIRST_ID } from '../../runtime/paging/page-token.ts';
import { type ChainPosition, type ChainProblem, createChainCheck, START } from './chain-check.ts';
import { addressesDueSince } from './domain/address-retention.ts';
import { isSameHash } from './entry-hash.ts';
import type { ChainStore } from './store/chain-store.ts';
import type { ChainHead } from './store/find-head.ts';

/** The queries that the verification of one chain makes. */
type OneChainStore = Omit<ChainStore, 'listChainedAccounts'>;

/** Which chain to verify, and how much of it. */
export interface VerificationOptions {
  readonly ownerId: string;
  readonly now: Date;
  /** Where to go on; from the start when absent. Not for a deleted account, whose erasures are told at the end. */
  readonly after?: ChainPosition;
  /** Most entries to check; all when absent. */
  readonly entriesMax?: bigint;
}

/** What a verification found. */
export interface Verification {
  /** Up to where the chain was checked. */
  readonly position: ChainPosition;
  /** Where it ends. */
  readonly head: ChainHead;
  /** Whether it was checked up to there. */
  readonly isComplete: boolean;
  /** The first place at which it is broken; undefined when it is whole. */
  readonly problem: ChainProblem | undefined;
}

/** The chain of one account, verified. */
export interface VerifiedAccount extends Verification {
  readonly ownerId: string;
}

/** Entries that are read at once. */
const PAGE = 500;
/** Accounts that are listed at once. */
const ACCOUNTS_PAGE = 500;

/**
 * Verifies a chain, or the next part of it, as it was when it was begun; what is added meanwhile does not matter. A problem
 * is looked at twice, since an account that is deleted meanwhile may look as if somebody deleted its activities.
 */
export async function verifyChain(store: OneChainStore, options: VerificationOptions): Promise<Verification> {
  const first = await verifyOnce(store, options);
  return first.problem === undefined ? first : verifyOnce(store, options);
}

/** Verifies the chains of all accounts, one by one in the order of their ids. */
export async function* verifyAllChains(store: ChainStore, now: () => Date): AsyncGenerator<VerifiedAccount> {
  for (let after = FIRST_ID; ; ) {
    const accounts = await store.listChainedAccounts({ after, limit: ACCOUNTS_PAGE });
    for (const ownerId of accounts) {
      yield { ownerId, ...(await verifyChain(store, { ownerId, now: now() })) };
      after = ownerId;
    }
    if (accounts.length < ACCOUNTS_PAGE) return;
  }
}

async function verifyOnce(
  store: OneChainStore,
  { ownerId, now, after = START, entriesMax }: VerificationOptions,
): Promise<Verification> {
  const check = createChainCheck({ ownerId, after, addressesDueSince: addressesDueSince(now) });
  const { upTo, head, isComplete } = await findEnd(store, ownerId, after, entriesMax);
  while (check.position.sequence < upTo) {
    const rows = await store.listChain({ ownerId, after: check.position.sequence, upTo, limit: PAGE });
    if (rows.length === 0) break;
    for (const row of rows) check.add(row);
  }
  const problem = check.finish(isComplete ? head : undefined);
  const activityId = problem?.kind === 'ACTIVITY_UNCHAINED' ? await store.findUnchained(ownerId) : problem?.activityId;
  return {
    position: check.position,
    head,
    isComplete,
    problem: problem && { ...problem, activityId },
  };
}

/** Up to where to check, and whether that is the end of the chain. Activities are only counted then. */
async function findEnd(
  store: OneChainStore,
  ownerId: string,
  after: ChainPosition,
  entriesMax: bigint | undefined,
): Promise<{ readonly upTo: bigint; readonly head: ChainHead; readonly isComplete: boolean }> {
  if (entriesMax !== undefined) {
    const upTo = after.sequence + entriesMax;
    const head = await store.findHead({ ownerId, counted: false });
    if (upTo < head.sequence) return { upTo, head, isComplete: false };
  }
  const head = await store.findHead({ ownerId, counted: true });
  return { upTo: head.sequence, head, isComplete: true };
}

/** Whether the chain still has an entry that was seen before, as a head or otherwise. */
export async function hasEntry(
  store: Pick<ChainStore, 'listChain'>,
  ownerId: string,
  { sequence, hash }: ChainPosition,
): Promise<boolean> {
  const [row] = await store.listChain({ ownerId, after: sequence - 1n, upTo: sequence, limit: 1 });
  return row !== undefined && isSameHash(row.hash, hash);
}
