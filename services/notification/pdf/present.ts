import { type Invoice, Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { type LocalDate, localDate } from '../../../runtime/calendar.ts';
import type { Call } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { required } from '../required.ts';
import type { Present } from './print.ts';

/** How many payments are looked through for the last one, newest first. */
const PAYMENTS_MAX = 100;

/** What is known about an invoice at present, besides what it says itself. */
export async function presentOf(deps: Deps, call: Call, invoice: Invoice): Promise<Required<Present>> {
  const { timeZone } = call.user;
  const [lastPaymentDate, replacingNumber] = await Promise.all([
    lastPaymentDateOf(deps, call, invoice),
    numberOf(deps, call, invoice.revisedByInvoiceId),
  ]);
  return { today: localDate(deps.clock.now(), timeZone), timeZone, lastPaymentDate, replacingNumber };
}

/** The day of the last payment of an invoice that was paid in full; undefined for any other, which does not name it. */
async function lastPaymentDateOf(
  { invoices }: Deps,
  call: Call,
  { id: invoiceId, state, paidMinor, creditedMinor, earlyPaymentDiscount }: Invoice,
): Promise<LocalDate | undefined> {
  const isInFull = paidMinor !== 0n && creditedMinor === (earlyPaymentDiscount?.grantedMinor ?? 0n);
  if (state !== Invoice_State.PAID || !isInFull) return undefined;
  const { payments } = await invoices.listPayments({ invoiceId, pageSize: PAYMENTS_MAX }, call.forward());
  const dates = payments
    .filter(({ kind, reverseTime }) => kind !== Payment_Kind.WRITE_OFF && reverseTime === undefined)
    .map(({ paymentDate }) => paymentDate);
  return dates.toSorted().at(-1);
}

/** Number of an invoice of the caller; empty for none. */
async function numberOf({ invoices }: Deps, call: Call, invoiceId: string): Promise<string> {
  if (invoiceId === '') return '';
  const { invoice } = await invoices.getInvoice({ invoiceId }, call.forward());
  return required(invoice, 'invoice').number;
}
