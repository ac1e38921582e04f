import { FIRST_ID } from '../../runtime/paging/page-token.ts';
import { type ChainPosition, type ChainProblem, createChainCheck, START } from './chain-check.ts';
import { addressesDueSince } from './domain/address-retention.ts';
import { isSameHash } from './entry-hash.ts';
import type { ChainStore } from './store/chain-store.ts';
import type { ChainHead } from './store/find-head.ts';

/** The queries that verify one chain. */
type OneChainStore = Omit<ChainStore, 'listChainedAccounts'>;

/** Which chain to verify, and how much of it. */
export interface VerificationOptions {
  readonly ownerId: string;
  readonly now: Date;
  /**
   * Where to continue; from the start when absent. Not for a deleted account, whose erasure entries come at the end.
   */
  readonly after?: ChainPosition;
  /** Most entries to check; all when absent. */
  readonly entriesMax?: bigint;
}

/** What a verification found. */
export interface Verification {
  /** Up to where the chain was checked. */
  readonly position: ChainPosition;
  /** Where the chain ends. */
  readonly head: ChainHead;
  /** Whether the chain was checked up to its end. */
  readonly isComplete: boolean;
  /** The first place at which the chain is broken; undefined when none was found. */
  readonly problem: ChainProblem | undefined;
}

/** The verification of one account's chain. */
export interface VerifiedAccount extends Verification {
  readonly ownerId: string;
}

/** Entries read at once. */
const PAGE = 500;
/** Accounts listed at once. */
const ACCOUNTS_PAGE = 500;

/**
 * Verifies a chain, or the next part of it, as it was when the verification began. Entries added meanwhile do not
 * matter. When it finds a problem it verifies once more, since an account that is being deleted may look as if somebody
 * had deleted its activities.
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

/** Up to where to check, and whether that is the end of the chain. Activities are counted only at the end. */
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

/** Whether the chain still has an entry with this number and hash, e.g. that of a saved head. */
export async function hasEntry(
  store: Pick<ChainStore, 'listChain'>,
  ownerId: string,
  { sequence, hash }: ChainPosition,
): Promise<boolean> {
  const [row] = await store.listChain({ ownerId, after: sequence - 1n, upTo: sequence, limit: 1 });
  return row !== undefined && isSameHash(row.hash, hash);
}
