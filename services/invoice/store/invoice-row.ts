import { type SQL, sql } from 'drizzle-orm';
import type { Tax } from '../domain/tax.ts';
import type { LineAdjustment } from '../invoices/adjustment.ts';
import { type AmountsJson, fromAmountsJson } from './amounts-json.ts';
import type { invoiceLines, invoices } from './schema.ts';

/**
 * One line of an invoice as it is stored; its place in the list is its position. `taxPercent` is empty, and null in its
 * column, when `taxes` has all taxes.
 */
export type LineRow = Readonly<
  Omit<typeof invoiceLines.$inferSelect, 'invoiceId' | 'position' | 'taxPercent'> & { taxPercent: string }
>;

/** An invoice as it is stored, without its lines. */
export type InvoiceHeadRow = Readonly<typeof invoices.$inferSelect>;

/** An invoice as it is stored, with its lines in their order. */
export type InvoiceRow = InvoiceHeadRow & { readonly lines: readonly LineRow[] };

/**
 * The values of a line as `values_of_line` in migrations/ gives them, in this order. With their names, which each line
 * would repeat, Postgres takes half as long again for a page.
 */
type LineValues = readonly [
  id: string,
  description: string,
  quantity: string,
  unitPrice: string,
  taxPercent: string,
  discountPercent: string,
  grossMinor: string,
  discountMinor: string,
  netMinor: string,
  baseQuantity: string,
  unitCode: string,
  discountAmountMinor: string,
  allowances: AmountsJson<readonly LineAdjustment[]>,
  charges: AmountsJson<readonly LineAdjustment[]>,
  taxes: AmountsJson<readonly Tax[]>,
  allowanceMinor: string,
  chargeMinor: string,
  includedTaxMinor: string,
];

/**
 * The lines of the row `invoices` of a select, so that a page of invoices comes with its lines in one round trip. The
 * lines of an opened invoice were stored with it when they were frozen, since gathering them from their table takes
 * half of the time of reading an invoice. For the column list of a statement that reads from a table or subquery named
 * `invoices`.
 */
export const linesOfInvoice: SQL<readonly LineRow[]> = sql`coalesce(invoices.frozen_lines, to_json(array(
  select values_of_line(line) from invoice_lines as line where line.invoice_id = invoices.id order by line.position))::text)`.mapWith(
  toLineRows,
);

function toLineRows(text: string): readonly LineRow[] {
  const lines: readonly LineValues[] = JSON.parse(text);
  return lines.map(toLineRow);
}

function toLineRow(values: LineValues): LineRow {
  return {
    id: values[0],
    description: values[1],
    quantity: values[2],
    unitPrice: values[3],
    taxPercent: values[4],
    discountPercent: values[5],
    grossMinor: BigInt(values[6]),
    discountMinor: BigInt(values[7]),
    netMinor: BigInt(values[8]),
    baseQuantity: values[9],
    unitCode: values[10],
    discountAmountMinor: BigInt(values[11]),
    allowances: fromAmountsJson<readonly LineAdjustment[]>(values[12]),
    charges: fromAmountsJson<readonly LineAdjustment[]>(values[13]),
    taxes: fromAmountsJson<readonly Tax[]>(values[14]),
    allowanceMinor: BigInt(values[15]),
    chargeMinor: BigInt(values[16]),
    includedTaxMinor: BigInt(values[17]),
  };
}
