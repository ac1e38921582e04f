import { create } from '@bufbuild/protobuf';
import { LRUCache } from 'lru-cache';
import {
  type EarlyPaymentDiscount,
  EarlyPaymentDiscountSchema,
  type Invoice,
  Invoice_RoundingPolicy,
} from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { isWithinTerm } from '../domain/dates.ts';
import type { RoundingPolicy } from '../domain/tax-pool.ts';
import type { SettingsRow } from '../store/invoice-settings.ts';

/** What applies to the invoices of an account that do not say otherwise. */
export interface AccountSettings {
  /** Version of the settings, 0 for the default ones. */
  readonly version: bigint;
  readonly roundingPolicy: RoundingPolicy;
  /** The payment term, in days; null for none. */
  readonly dueDays: number | null;
  /** The early-payment discount: an exact decimal and a number of days, both null for none. */
  readonly earlyDiscountPercent: string | null;
  readonly earlyDiscountDays: number | null;
  /** When they last changed; undefined for the default ones. */
  readonly updateTime: Date | undefined;
}

/** Caches settings, so that creating an invoice need not read them. Cached settings may be outdated. */
export interface SettingsCache {
  /** The settings of an account, cached or read. */
  get(ownerId: string): Promise<AccountSettings>;
  /** The settings as they are now. */
  read(ownerId: string): Promise<AccountSettings>;
}

/** Most accounts whose settings are cached. */
const ACCOUNTS_MAX = 10_000;

const DEFAULTS: AccountSettings = {
  version: 0n,
  roundingPolicy: 'DOCUMENT',
  dueDays: null,
  earlyDiscountPercent: null,
  earlyDiscountDays: null,
  updateTime: undefined,
};

/** Says that an invoice has no early-payment discount, whatever the account's settings are. */
const NO_DISCOUNT: EarlyPaymentDiscount = create(EarlyPaymentDiscountSchema);

/**
 * Creates the cache. Code that writes with cached settings has to compare their version in the statement that writes,
 * and read them again when it differs: other replicas change them too.
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

/** Whether the account's settings decide when the invoice is due. */
export function leavesTermOpen({ dueDate, dueDays }: Invoice): boolean {
  return dueDate === '' && dueDays === undefined;
}

function leavesRoundingOpen({ roundingPolicy }: Invoice): boolean {
  return roundingPolicy === Invoice_RoundingPolicy.ROUNDING_POLICY_UNSPECIFIED;
}

/**
 * The invoice with the account's rounding policy, payment term and early-payment discount where it does not give its
 * own. A discount that does not fit the term is left out, so that no invoice is refused because of the settings.
 */
export function withSettings(invoice: Invoice, settings: AccountSettings): Invoice {
  const { roundingPolicy, dueDays } = settings;
  const settled: Invoice = {
    ...invoice,
    ...(leavesRoundingOpen(invoice) && { roundingPolicy: Invoice_RoundingPolicy[roundingPolicy] }),
    ...(leavesTermOpen(invoice) && dueDays !== null && { dueDays }),
  };
  return settleDiscount(settled, settings);
}

/** The same, with settings that are read only when they are needed. */
export async function withReadSettings(invoice: Invoice, read: () => Promise<AccountSettings>): Promise<Invoice> {
  const isOpen = leavesRoundingOpen(invoice) || leavesTermOpen(invoice) || invoice.earlyPaymentDiscount === undefined;
  return withSettings(invoice, isOpen ? await read() : DEFAULTS);
}

/** What an update asks for. Without an early-payment discount it has none: that of the settings is for what is new. */
export function withOwnDiscount(changed: Invoice): Invoice {
  return { ...changed, earlyPaymentDiscount: changed.earlyPaymentDiscount ?? NO_DISCOUNT };
}

function settleDiscount(
  invoice: Invoice,
  { earlyDiscountPercent: percent, earlyDiscountDays: days }: AccountSettings,
): Invoice {
  const { earlyPaymentDiscount: given, ...rest } = invoice;
  if (given !== undefined) return given.percent === '' && given.days === 0 ? rest : invoice;
  if (percent === null || days === null || !isWithinTerm(days, invoice)) return invoice;
  return { ...invoice, earlyPaymentDiscount: create(EarlyPaymentDiscountSchema, { percent, days }) };
}
