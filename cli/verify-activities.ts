import { parseArgs } from 'node:util';
import { closeDatabase, type Database, openDatabase } from '../runtime/database/database.ts';
import { databaseUrlOf } from '../runtime/database/ensure-database.ts';
import { postgresErrorOf } from '../runtime/database/postgres-error.ts';
import type { ChainProblem, ProblemKind } from '../services/activity/chain-check.ts';
import { hexOf } from '../services/activity/entry-hash.ts';
import { prepareFindHead } from '../services/activity/store/find-head.ts';
import { prepareFindUnchained } from '../services/activity/store/find-unchained.ts';
import { prepareListChain } from '../services/activity/store/list-chain.ts';
import { prepareListChainedAccounts } from '../services/activity/store/list-chained-accounts.ts';
import { hasEntry, verifyAllChains } from '../services/activity/verify-chain.ts';
import { readStartConfig } from './config.ts';
import { joinLocalEnvironment } from './environment.ts';
import { type HeadsWriter, readHeads, type SavedHead, type SavedHeads, writeHeads } from './saved-heads.ts';

/** Counting a very large account takes seconds, and a broken chain is read as a whole. */
const STATEMENT_TIMEOUT_MS = 600_000;

const EXPLANATIONS: Readonly<Record<ProblemKind, string>> = {
  ENTRY_MISSING: 'is missing',
  ENTRY_ALTERED: 'is not what was recorded after the entry before it',
  ACTIVITY_MISSING: 'has lost its activity, and no erasure tells of it',
  ACTIVITY_UNCHAINED: 'does not exist for an activity that is there',
  ADDRESS_MISSING: 'has lost its address before its time',
  ADDRESS_ALTERED: 'has another address than was recorded',
  ERASURE_ALTERED: 'tells of an erasure that was not due, or of other activities than are missing',
  HEAD_ALTERED: 'is where the chain should end, and does not',
  SAVED_HEAD_ALTERED: 'is not what it was when the heads were saved',
};

/**
 * `numer verify-activities`: computes the hash chains of all accounts anew, beside a running system or without one.
 * `--heads FILE` saves where they end, `--against FILE` compares them with what was saved before.
 *
 * @throws Error when a chain is broken
 */
export async function verifyActivities(args: readonly string[]): Promise<void> {
  const { heads, against } = readOptions(args);
  const environment = await joinLocalEnvironment(readStartConfig());
  const db = openDatabase({
    url: databaseUrlOf(environment.databaseUrl, 'activity'),
    applicationName: 'numer-cli',
    connectionsMax: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    await verify(db, heads, against);
  } catch (error) {
    throw isNotMigrated(error) ? new Error('The activity database is not up to date; run `npx numer migrate`.') : error;
  } finally {
    await closeDatabase(db);
    await environment.close();
  }
}

function readOptions(args: readonly string[]): { readonly heads?: string; readonly against?: string } {
  const options = { heads: { type: 'string' }, against: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new Error('The options are --heads FILE and --against FILE.', { cause });
  }
}

async function verify(db: Database, headsFile: string | undefined, againstFile: string | undefined): Promise<void> {
  const writer = headsFile === undefined ? undefined : writeHeads(headsFile);
  try {
    const broken = await verifyAll(prepareStore(db), readHeads(againstFile), writer);
    if (broken > 0) throw new Error(`${broken} chains are broken; docs/audit.md says what that means.`);
  } catch (error) {
    // Heads of broken chains shall not take the place of good ones.
    await writer?.discard();
    throw error;
  }
  await writer?.keep();
}

/** Verifies all chains, and gives how many are broken. */
async function verifyAll(store: Store, saved: SavedHeads, writer: HeadsWriter | undefined): Promise<number> {
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
  process.stdout.write(`${totals.accounts} accounts, ${totals.entries} entries verified\n`);
  return totals.broken;
}

function explain({ kind, sequence, activityId }: ChainProblem): string {
  const entry = sequence === 0n ? 'an entry' : `entry ${sequence}`;
  return `${entry} ${EXPLANATIONS[kind]}${activityId === undefined ? '' : ` (activity ${activityId})`}`;
}

/** SQLSTATEs of a database or table that is not there. */
const ABSENT: readonly (string | undefined)[] = ['3D000', '42P01'];

function isNotMigrated(error: unknown): boolean {
  return ABSENT.includes(postgresErrorOf(error)?.code);
}

type Store = ReturnType<typeof prepareStore>;

function prepareStore(db: Database) {
  return {
    findHead: prepareFindHead(db),
    findUnchained: prepareFindUnchained(db),
    listChain: prepareListChain(db),
    listChainedAccounts: prepareListChainedAccounts(db),
  };
}
