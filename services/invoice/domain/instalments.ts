import { formatMinor, getCurrency } from './currency.ts';
import { checkDate } from './dates.ts';
import { invalid } from './rule-violation.ts';

/** A part of the payable amount, and the last day for paying it, `YYYY-MM-DD`. */
export type Instalment = { readonly dueDate: string; readonly amountMinor: bigint };

/** What an invoice's plan depends on. */
export type InstalmentInvoice = {
  readonly issueDate: string | null;
  readonly dueDate: string;
  readonly currencyCode: string;
  readonly payableMinor: bigint;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly instalments: readonly Instalment[];
};

/** An instalment, and how much of it is still due. */
export type DueInstalment = Instalment & { readonly dueMinor: bigint };

/**
 * Checks a plan: at least two instalments that add up to the payable amount, each of more than zero and due after the
 * one before it, the first not before the issue date. An empty list is valid as well and means no plan. Throws
 * INVALID_ARGUMENT naming the field.
 */
export function checkInstalments(instalments: readonly Instalment[], invoice: InstalmentInvoice): void {
  if (instalments.length === 0) return;
  if (instalments.length === 1) throw invalid('instalments', 'must be at least two, or none to remove the plan');
  let before = '';
  let sumMinor = 0n;
  for (const [index, { dueDate, amountMinor }] of instalments.entries()) {
    const path = `instalments[${index}]`;
    checkDate(dueDate, `${path}.dueDate`);
    if (dueDate < (invoice.issueDate ?? '')) throw invalid(`${path}.dueDate`, 'must not be before the issue date');
    if (dueDate <= before) throw invalid(`${path}.dueDate`, 'must be after the due date of the instalment before it');
    if (amountMinor <= 0n) throw invalid(`${path}.amountMinor`, 'must be more than zero');
    before = dueDate;
    sumMinor += amountMinor;
  }
  if (sumMinor === invoice.payableMinor) return;
  const payable = formatMinor(invoice.payableMinor, getCurrency(invoice.currencyCode));
  throw invalid('instalments', `must add up to the amount to be paid: ${payable}`);
}

/** The plan, with how much of each instalment is still due: what was paid and credited settles the first ones first. */
export function dueInstalments(invoice: InstalmentInvoice): DueInstalment[] {
  let settledMinor = invoice.paidMinor + invoice.creditedMinor;
  return invoice.instalments.map((instalment) => {
    const takenMinor = settledMinor < instalment.amountMinor ? settledMinor : instalment.amountMinor;
    settledMinor -= takenMinor;
    return { ...instalment, dueMinor: instalment.amountMinor - takenMinor };
  });
}

/** The next due date: that of the first instalment that is not settled, or that of the invoice. */
export function nextDueDate(invoice: InstalmentInvoice): string {
  return dueInstalments(invoice).find(({ dueMinor }) => dueMinor > 0n)?.dueDate ?? invoice.dueDate;
}
