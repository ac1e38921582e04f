import type { Database } from '../../../runtime/database/database.ts';
import { prepareFindHead } from './find-head.ts';
import { prepareFindUnchained } from './find-unchained.ts';
import { prepareListChain } from './list-chain.ts';
import { prepareListChainedAccounts } from './list-chained-accounts.ts';

/** The queries that verify all chains. */
export type ChainStore = ReturnType<typeof prepareChainStore>;

/** Prepares the queries that verify all chains. */
export function prepareChainStore(db: Database) {
  return {
    findHead: prepareFindHead(db),
    findUnchained: prepareFindUnchained(db),
    listChain: prepareListChain(db),
    listChainedAccounts: prepareListChainedAccounts(db),
  };
}
