import { type SQL, sql } from 'drizzle-orm';
import { type AmountsJson, fromAmountsJson } from './amounts-json.ts';
import type { invoiceLines, invoices } from './schema.ts';

/**
 * One line of an invoice as it is stored; its place in the list is its position. `taxPercent` is empty, and null in its
 * column, when `taxes` says it all.
 */
export type LineRow = Readonly<
  Omit<typeof invoiceLines.$inferSelect, 'invoiceId' | 'position' | 'taxPercent'> & { taxPercent: string }
>;

/** An invoice as it is stored, without its lines. */
export type InvoiceHeadRow = Readonly<typeof invoices.$inferSelect>;

/** An invoice as it is stored, with its lines in their order. */
export type InvoiceRow = InvoiceHeadRow & { readonly lines: readonly LineRow[] };

/**
 * The lines of the row `invoices` of a select, so that a page of invoices comes with its lines in one round trip.
 * For the column list of a statement that reads from a table or subquery named `invoices`.
 */
export const linesOfInvoice: SQL<readonly LineRow[]> = sql`(
  select coalesce(json_agg(json_build_object('id', line.id, 'description', line.description,
    'quantity', line.quantity::text, 'unitPrice', line.unit_price::text, 'taxPercent', coalesce(line.tax_percent::text, ''),
    'discountPercent', line.discount_percent::text, 'grossMinor', line.gross_minor::text,
    'discountMinor', line.discount_minor::text, 'netMinor', line.net_minor::text,
    'baseQuantity', line.base_quantity::text, 'unitCode', line.unit_code,
    'discountAmountMinor', line.discount_amount_minor::text, 'allowances', line.allowances, 'charges', line.charges,
    'taxes', line.taxes, 'allowanceMinor', line.allowance_minor::text, 'chargeMinor', line.charge_minor::text,
    'includedTaxMinor', line.included_tax_minor::text) order by line.position), '[]')
  from invoice_lines as line where line.invoice_id = invoices.id)`.mapWith((lines: AmountsJson<readonly LineRow[]>) =>
  fromAmountsJson<readonly LineRow[]>(lines),
);
