import { LRUCache } from 'lru-cache';
import { type Invoice, Invoice_RoundingPolicy } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { RoundingPolicy } from '../domain/tax-pool.ts';
import type { SettingsRow } from '../store/invoice-settings.ts';

/** What holds for the invoices of an account that do not say otherwise. */
export interface AccountSettings {
  /** Version of the settings, 0 for the default ones. */
  readonly version: bigint;
  readonly roundingPolicy: RoundingPolicy;
  /** The payment term, in days; null for none. */
  readonly dueDays: number | null;
  /** When they last changed; undefined for the default ones. */
  readonly updateTime: Date | undefined;
}

/** Remembers settings, so that making an invoice need not read them. What it gives may be outdated. */
export interface SettingsCache {
  /** The settings of an account, remembered or read. */
  get(ownerId: string): Promise<AccountSettings>;
  /** The settings as they are now. */
  read(ownerId: string): Promise<AccountSettings>;
}

/** Most accounts whose settings are remembered. */
const ACCOUNTS_MAX = 10_000;

const DEFAULTS: AccountSettings = { version: 0n, roundingPolicy: 'DOCUMENT', dueDays: null, updateTime: undefined };

/**
 * Makes the cache. Whoever writes with remembered settings has to compare their version in the statement that writes, and
 * read them anew when it is another one: other replicas change them too.
 */
export function createSettingsCache(readRow: (ownerId: string) => Promise<SettingsRow | undefined>): SettingsCache {
  const remembered = new LRUCache<string, AccountSettings>({ max: ACCOUNTS_MAX });
  const read = async (ownerId: string): Promise<AccountSettings> => {
    const settings = (await readRow(ownerId)) ?? DEFAULTS;
    remembered.set(ownerId, settings);
    return settings;
  };
  return { read, get: async (ownerId) => remembered.get(ownerId) ?? read(ownerId) };
}

/** The invoice with the account's rounding policy, unless it has one of its own. */
export function withRoundingPolicy(invoice: Invoice, { roundingPolicy }: AccountSettings): Invoice {
  return needsRoundingPolicy(invoice)
    ? { ...invoice, roundingPolicy: Invoice_RoundingPolicy[roundingPolicy] }
    : invoice;
}

/** Whether the account is to say when the invoice is due. */
export function leavesTermOpen({ dueDate, dueDays }: Invoice): boolean {
  return dueDate === '' && dueDays === undefined;
}

/** The invoice with the account's payment term, unless it says itself when it is due. */
export function withPaymentTerm(invoice: Invoice, { dueDays }: AccountSettings): Invoice {
  return leavesTermOpen(invoice) && dueDays !== null ? { ...invoice, dueDays } : invoice;
}

/** The same as {@link withRoundingPolicy}, with settings that are read only when they are needed. */
export async function settleRoundingPolicy(invoice: Invoice, read: () => Promise<AccountSettings>): Promise<Invoice> {
  return needsRoundingPolicy(invoice) ? withRoundingPolicy(invoice, await read()) : invoice;
}

/** The same as {@link withPaymentTerm}, with settings that are read only when they are needed. */
export async function settlePaymentTerm(invoice: Invoice, read: () => Promise<AccountSettings>): Promise<Invoice> {
  return leavesTermOpen(invoice) ? withPaymentTerm(invoice, await read()) : invoice;
}

function needsRoundingPolicy({ roundingPolicy }: Invoice): boolean {
  return roundingPolicy === Invoice_RoundingPolicy.ROUNDING_POLICY_UNSPECIFIED;
}
