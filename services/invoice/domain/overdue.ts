import type { InvoiceState } from './lifecycle.ts';

/** What decides whether an invoice is overdue. */
export type DueInvoice = {
  readonly state: InvoiceState;
  readonly dueMinor: bigint;
  /** `YYYY-MM-DD`. */
  readonly dueDate: string;
};

/**
 * Whether the invoice is open with something due after its due date. `today` is the owner's local day as `YYYY-MM-DD`,
 * so that payment on the due date itself is still in time in the owner's time zone. An uncollectible invoice is not
 * overdue: nobody is to be reminded of it.
 */
export function isOverdue(invoice: DueInvoice, today: string): boolean {
  // Days written YYYY-MM-DD sort as text.
  return invoice.state === 'OPEN' && invoice.dueMinor > 0n && invoice.dueDate < today;
}
