import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';
import {
  accounts,
  customerDueTotals,
  customerTotals,
  exchangeRates,
  invoices,
  invoiceTotals,
  monthlyTotals,
  payments,
} from './schema.ts';

/** Payments go before their invoices. Triggers keep the totals up to date, so none of them should be left by then. */
const ERASED = [
  payments,
  invoices,
  invoiceTotals,
  monthlyTotals,
  customerTotals,
  customerDueTotals,
  exchangeRates,
] as const;

/** Prepares one step of the erasure of an account's numbers. See `prepareErasure`. */
export function prepareEraseNumbers(db: Database, stepSize?: number): () => Promise<boolean> {
  return prepareErasure(db, {
    rows: (ownerId) => ERASED.map((table) => ({ table, where: sql`owner_id = ${ownerId}` })),
    lock: accounts,
    stepSize,
  });
}
