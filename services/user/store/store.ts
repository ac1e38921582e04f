import type { Database } from '../../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../../runtime/database/prepare-on-first-use.ts';
import { preparePrune } from '../../../runtime/database/prepare-prune.ts';
import { prepareDeleteLogo, prepareSetLogo } from './change-logo.ts';
import { prepareChangePassword } from './change-password.ts';
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
import { prepareFindExistingCustomers } from './find-existing-customers.ts';
import { prepareFindLogo } from './find-logo.ts';
import { prepareFindParties } from './find-parties.ts';
import { prepareFindPasswordResetById, prepareFindPasswordResetByToken } from './find-password-reset.ts';
import { prepareFindSignIn } from './find-sign-in.ts';
import { prepareFindUser } from './find-user.ts';
import { prepareListApiKeys } from './list-api-keys.ts';
import { prepareListCustomers } from './list-customers.ts';
import { prepareRecordSignInFailure } from './record-sign-in-failure.ts';
import { prepareRequestPasswordReset } from './request-password-reset.ts';
import { prepareFindUsedRefreshToken, prepareRotateRefreshToken } from './rotate-refresh-token.ts';
import { passwordResets, sessions, signInFailures, usedRefreshTokens } from './schema.ts';
import { prepareUpdateCustomer } from './update-customer.ts';
import { prepareUpdateUser } from './update-user.ts';

/** All statements of the service. */
export type Store = ReturnType<typeof createStore>;

/** Makes all statements of the service; each is prepared when it is first executed. */
export function createStore(db: Database) {
  return prepareOnFirstUse(db, {
    createUser: prepareCreateUser,
    findUser: prepareFindUser,
    updateUser: prepareUpdateUser,
    changePassword: prepareChangePassword,
    deleteUser: prepareDeleteUser,
    eraseNext: prepareEraseCustomers,

    findLogo: prepareFindLogo,
    setLogo: prepareSetLogo,
    deleteLogo: prepareDeleteLogo,

    findSignIn: prepareFindSignIn,
    recordSignInFailure: prepareRecordSignInFailure,
    createSession: prepareCreateSession,
    rotateRefreshToken: prepareRotateRefreshToken,
    findUsedRefreshToken: prepareFindUsedRefreshToken,
    deleteSession: prepareDeleteSession,
    findSession: prepareFindSession,
    findApiKey: prepareFindApiKey,
    pruneSessions: (on) => preparePrune(on, 'prune_sessions', sessions.expireTime),
    pruneUsedRefreshTokens: (on) => preparePrune(on, 'prune_used_refresh_tokens', usedRefreshTokens.expireTime),
    pruneSignInFailures: (on) => preparePrune(on, 'prune_sign_in_failures', signInFailures.expireTime),

    requestPasswordReset: prepareRequestPasswordReset,
    findPasswordResetByToken: prepareFindPasswordResetByToken,
    findPasswordResetById: prepareFindPasswordResetById,
    prunePasswordResets: (on) => preparePrune(on, 'prune_password_resets', passwordResets.expireTime),

    createApiKey: prepareCreateApiKey,
    listApiKeys: prepareListApiKeys,
    deleteApiKey: prepareDeleteApiKey,

    createCustomer: prepareCreateCustomer,
    findCustomer: prepareFindCustomer,
    listCustomers: prepareListCustomers,
    findExistingCustomers: prepareFindExistingCustomers,
    updateCustomer: prepareUpdateCustomer,
    deleteCustomer: prepareDeleteCustomer,
    findParties: prepareFindParties,
  });
}
