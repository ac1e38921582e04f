import type { Database } from '../../../runtime/database/database.ts';
import { prepareChangePassword } from './change-password.ts';
import { prepareCountReferences } from './count-references.ts';
import { prepareCreateApiKey } from './create-api-key.ts';
import { prepareCreateCustomer } from './create-customer.ts';
import { prepareCreateSession } from './create-session.ts';
import { prepareCreateUser } from './create-user.ts';
import { prepareDeleteApiKey } from './delete-api-key.ts';
import { prepareDeleteCustomer } from './delete-customer.ts';
import { prepareDeleteSession } from './delete-session.ts';
import { prepareDeleteUser } from './delete-user.ts';
import { prepareEraseCustomers } from './erase-customers.ts';
import { prepareFindApiKey, prepareFindSession } from './find-credentials.ts';
import { prepareFindCustomer } from './find-customer.ts';
import { prepareFindParties } from './find-parties.ts';
import { prepareFindSignIn } from './find-sign-in.ts';
import { prepareFindUser } from './find-user.ts';
import { prepareListApiKeys } from './list-api-keys.ts';
import { prepareListCustomers } from './list-customers.ts';
import { preparePruneExpired } from './prune-expired.ts';
import { prepareRecordSignInFailure } from './record-sign-in-failure.ts';
import { prepareFindUsedRefreshToken, prepareRotateRefreshToken } from './rotate-refresh-token.ts';
import { prepareUpdateCustomer } from './update-customer.ts';
import { prepareUpdateUser } from './update-user.ts';

/** Every statement of the service, prepared. */
export type Store = ReturnType<typeof prepareStore>;

/** Prepares every statement of the service, once at its start. */
export function prepareStore(db: Database) {
  return {
    createUser: prepareCreateUser(db),
    findUser: prepareFindUser(db),
    updateUser: prepareUpdateUser(db),
    changePassword: prepareChangePassword(db),
    deleteUser: prepareDeleteUser(db),
    eraseNext: prepareEraseCustomers(db),

    findSignIn: prepareFindSignIn(db),
    recordSignInFailure: prepareRecordSignInFailure(db),
    createSession: prepareCreateSession(db),
    rotateRefreshToken: prepareRotateRefreshToken(db),
    findUsedRefreshToken: prepareFindUsedRefreshToken(db),
    deleteSession: prepareDeleteSession(db),
    findSession: prepareFindSession(db),
    findApiKey: prepareFindApiKey(db),
    pruneExpired: preparePruneExpired(db),

    createApiKey: prepareCreateApiKey(db),
    listApiKeys: prepareListApiKeys(db),
    deleteApiKey: prepareDeleteApiKey(db),

    createCustomer: prepareCreateCustomer(db),
    findCustomer: prepareFindCustomer(db),
    listCustomers: prepareListCustomers(db),
    countReferences: prepareCountReferences(db),
    updateCustomer: prepareUpdateCustomer(db),
    deleteCustomer: prepareDeleteCustomer(db),
    findParties: prepareFindParties(db),
  };
}
