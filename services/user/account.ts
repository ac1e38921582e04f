import type { PaymentAccount } from '../../gen/numer/user/v1/payment_account_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { DomainError, invalidField, requireNoViolations } from '../../runtime/call/errors.ts';
import type { UserRow } from './convert.ts';
import type { Deps } from './deps.ts';
import { findIbanFault, normalizePaymentAccount } from './domain/payment-account.ts';
import { completeSettings, findSettingFaults, type Settings } from './domain/settings.ts';

/**
 * The caller's own account.
 *
 * @throws DomainError USER_NOT_FOUND when `userId` is anybody else, or the account has been deleted.
 */
export async function findOwnAccount({ store }: Deps, userId: string, call: Call): Promise<UserRow> {
  const row = userId.toLowerCase() === call.user.userId ? await store.findUser(userId) : undefined;
  if (row === undefined) throw new DomainError('missing', 'USER_NOT_FOUND', 'There is no such user.');
  return row;
}

/**
 * The settings of an account, completed and checked. `prefix` is the path of the fields within the request.
 *
 * @throws DomainError INVALID_ARGUMENT naming every setting at fault.
 */
export function settingsOf(given: Settings, prefix = ''): Settings {
  const settings = completeSettings(given);
  requireNoViolations(findSettingFaults(settings).map((fault) => ({ ...fault, field: prefix + fault.field })));
  return settings;
}

/**
 * The account to pay to as it is stored. `field` is its path within the request.
 *
 * @throws DomainError INVALID_ARGUMENT when its number looks like an IBAN and is none.
 */
export function paymentAccountOf(given: PaymentAccount, field: string): PaymentAccount {
  const fault = findIbanFault(given.accountIdentifier);
  if (fault !== undefined) throw invalidField(`${field}.account_identifier`, fault);
  return normalizePaymentAccount(given);
}
