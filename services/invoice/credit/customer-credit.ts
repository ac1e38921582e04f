import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { violatesCheck } from '../../../runtime/database/postgres-error.ts';
import type { Deps } from '../deps.ts';
import { AMOUNT_MINOR_MAX } from '../domain/amount.ts';
import { requireCustomer } from '../invoices/parties.ts';
import type { CustomerAccount } from '../store/read-customer-accounts.ts';

/**
 * What a customer of the caller owes and has in credit, by currency. A deleted customer's balances are still there.
 *
 * @throws DomainError CUSTOMER_NOT_FOUND when the caller never had such a customer.
 */
export async function getOwnAccounts(deps: Deps, call: Call, customerId: string): Promise<readonly CustomerAccount[]> {
  const accounts = await deps.store.listCustomerAccounts(call.user.userId, customerId);
  if (accounts.length === 0) await requireCustomer(deps, call, customerId, 'customer_id');
  return accounts;
}

/** The credit among these accounts in a currency; 0 when there never was any. */
export function creditIn(accounts: readonly CustomerAccount[], currencyCode: string): bigint {
  return accounts.find((account) => account.currencyCode === currencyCode)?.creditMinor ?? 0n;
}

/**
 * Gives the result of a write that changes a customer's credit, or undefined when the credit that it takes was used
 * meanwhile: then read the credit again.
 *
 * @throws DomainError AMOUNT_TOO_LARGE when the credit would be larger than any amount may be.
 */
export async function whileCreditLasts<T>(writing: Promise<T>): Promise<T | undefined> {
  try {
    return await writing;
  } catch (error) {
    if (violatesCheck(error, 'customer_accounts_credit_is_not_negative')) return undefined;
    if (!violatesCheck(error, 'customer_accounts_credit_is_bounded')) throw error;
    throw new DomainError(
      'invalid',
      'AMOUNT_TOO_LARGE',
      `The credit of a customer must not exceed ${AMOUNT_MINOR_MAX} minor units.`,
    );
  }
}
