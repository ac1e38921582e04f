import { createIdempotencyStore, type IdempotencyStore } from '../../runtime/call/idempotency.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/process/config.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import type { userConfig } from './config.ts';
import { type AccessTokens, createAccessTokens } from './credentials/access-tokens.ts';
import { createPasswords, type Passwords } from './credentials/passwords.ts';
import { createResetTokens, type ResetTokens } from './credentials/reset-tokens.ts';
import { createStore, type Store } from './store/store.ts';

/** What the RPCs and jobs of the user service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly store: Store;
  /** For calls that are done in parts. */
  readonly idempotency: IdempotencyStore;
  /** Whether anybody can sign up. */
  readonly signUp: Config<typeof userConfig>['SIGN_UP'];
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly resetTokens: ResetTokens;
}

/** Makes the statements, which are prepared on first use, and the keys. */
export async function createDeps(
  { clock, db }: Pick<ServiceBase, 'clock' | 'db'>,
  variables: Config<typeof userConfig>,
): Promise<Deps> {
  return {
    clock,
    store: createStore(db),
    idempotency: createIdempotencyStore(db),
    signUp: variables.SIGN_UP,
    passwords: await createPasswords(),
    accessTokens: createAccessTokens(variables.ACCESS_TOKEN_KEY),
    resetTokens: createResetTokens(variables.ACCESS_TOKEN_KEY),
  };
}
