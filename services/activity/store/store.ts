import type { Database } from '../../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../../runtime/database/prepare-on-first-use.ts';
import { prepareEraseNext } from './erase-activities.ts';
import { prepareEraseAddresses } from './erase-addresses.ts';
import { prepareFindHead } from './find-head.ts';
import { prepareFindUnchained } from './find-unchained.ts';
import { prepareListInvoiceActivities, prepareListUserActivities } from './list-activities.ts';
import { prepareListChain } from './list-chain.ts';
import { prepareRecordActivities } from './record-activities.ts';

/** All statements of the service. */
export type Store = ReturnType<typeof createStore>;

/** Makes all statements of the service; each is prepared when it is first executed. */
export function createStore(db: Database) {
  return prepareOnFirstUse(db, {
    listInvoiceActivities: prepareListInvoiceActivities,
    listUserActivities: prepareListUserActivities,
    recordActivities: prepareRecordActivities,
    listChain: prepareListChain,
    findHead: prepareFindHead,
    findUnchained: prepareFindUnchained,
    eraseNext: prepareEraseNext,
    eraseAddresses: prepareEraseAddresses,
  });
}
