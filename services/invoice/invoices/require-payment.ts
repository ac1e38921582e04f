import { DomainError } from '../../../runtime/call/errors.ts';
import type { PaymentRow } from '../store/payment-row.ts';

/**
 * The payment that was looked for.
 *
 * @throws DomainError PAYMENT_NOT_FOUND when it was not found.
 */
export function requirePayment(row: PaymentRow | undefined): PaymentRow {
  if (row !== undefined) return row;
  throw new DomainError('missing', 'PAYMENT_NOT_FOUND', 'The invoice has no payment with this id.');
}
