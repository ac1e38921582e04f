import type { Database } from '../runtime/database/database.ts';
import type { ChainProblem, ProblemKind } from '../services/activity/chain-check.ts';
import { hexOf } from '../services/activity/entry-hash.ts';
import { type ChainStore, prepareChainStore } from '../services/activity/store/chain-store.ts';
import { hasEntry, verifyAllChains } from '../services/activity/verify-chain.ts';
import { count } from './count.ts';
import { joinLocalEnvironment } from './environment.ts';
import { type HeadsWriter, readHeads, type SavedHead, type SavedHeads, writeHeads } from './saved-heads.ts';
import { useServiceDatabase } from './service-database.ts';

/** Long, because counting a very large account takes seconds, and a broken chain is read as a whole. */
const STATEMENT_TIMEOUT_MS = 600_000;

const EXPLANATIONS: Readonly<Record<ProblemKind, string>> = {
  ENTRY_MISSING: 'is missing',
  ENTRY_ALTERED: 'differs from what was recorded after the previous entry',
  ACTIVITY_MISSING: 'has lost its activity, and no erasure accounts for it',
  ACTIVITY_UNCHAINED: 'is missing for an existing activity',
  ADDRESS_MISSING: 'lost its address before it was due to be erased',
  ADDRESS_ALTERED: 'has an address that differs from the recorded one',
  ERASURE_ALTERED: 'records an erasure that was not due, or other activities than are missing',
  HEAD_ALTERED: 'should be the end of the chain, but is not',
  SAVED_HEAD_ALTERED: 'differs from the saved head',
};

/** Files of saved heads. */
interface VerifyOptions {
  readonly heads?: string | undefined;
  readonly against?: string | undefined;
}

/**
 * `numer verify-activities`: recomputes the hash chains of all accounts, whether or not the system runs. `--heads FILE` saves where they
 * end; `--against FILE` compares them with heads that were saved before.
 *
 * @throws Error when a chain is broken
 */
export async function verifyActivities({ heads, against }: VerifyOptions): Promise<void> {
  const environment = await joinLocalEnvironment();
  const options = { connectionsMax: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  try {
    await useServiceDatabase(environment, 'activity', (db) => verify(db, heads, against), options);
  } finally {
    await environment.close();
  }
}

async function verify(db: Database, headsFile: string | undefined, againstFile: string | undefined): Promise<void> {
  const writer = headsFile === undefined ? undefined : writeHeads(headsFile);
  try {
    const broken = await verifyAll(prepareChainStore(db), readHeads(againstFile), writer);
    if (broken > 0) {
      throw new Error(`${count(broken, 'chain is', 'chains are')} broken; docs/audit.md says what that means.`);
    }
    await writer?.keep();
  } catch (error) {
    // Heads of broken chains must not replace good ones.
    await writer?.discard();
    throw error;
  }
}

/** Verifies all chains; gives the number of problems. */
async function verifyAll(store: ChainStore, saved: SavedHeads, writer: HeadsWriter | undefined): Promise<number> {
  const totals = { accounts: 0, entries: 0n, broken: 0 };
  const report = (ownerId: string, problem: ChainProblem) => {
    totals.broken += 1;
    process.stdout.write(`BROKEN  account ${ownerId}: ${explain(problem)}\n`);
  };
  const checkSaved = async ({ ownerId, sequence, hash }: SavedHead) => {
    if (await hasEntry(store, ownerId, { sequence, hash: Buffer.from(hash, 'hex') })) return;
    report(ownerId, { kind: 'SAVED_HEAD_ALTERED', sequence, activityId: undefined });
  };

  for await (const { ownerId, position, problem } of verifyAllChains(store, () => new Date())) {
    for await (const head of saved.before(ownerId)) await checkSaved(head);
    const head = await saved.of(ownerId);
    if (problem !== undefined) report(ownerId, problem);
    else if (head !== undefined) await checkSaved(head);
    totals.accounts += 1;
    totals.entries += position.sequence;
    if (position.sequence > 0n)
      await writer?.write({ ownerId, sequence: position.sequence, hash: hexOf(position.hash) });
  }
  for await (const head of saved.before(undefined)) await checkSaved(head);
  const verified = [count(totals.accounts, 'account'), count(totals.entries, 'entry', 'entries')];
  process.stdout.write(`${verified.join(', ')} verified\n`);
  return totals.broken;
}

function explain({ kind, sequence, activityId }: ChainProblem): string {
  const entry = sequence === 0n ? 'an entry' : `entry ${sequence}`;
  return `${entry} ${EXPLANATIONS[kind]}${activityId === undefined ? '' : ` (activity ${activityId})`}`;
}
