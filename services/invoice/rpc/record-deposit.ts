import { DepositRecordedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  type CustomerLedgerService,
  RecordDepositResponseSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { storeCreditEntry } from '../credit/credit-entry.ts';
import type { Deps } from '../deps.ts';
import { getCurrency } from '../domain/currency.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { requireCustomer } from '../invoices/parties.ts';
import { paymentDateOf } from '../invoices/payment-date.ts';
import { applyRules } from '../rule-errors.ts';

/** Records a deposit: money that was received before there is an invoice. */
export const recordDeposit: Rpc<Deps, typeof CustomerLedgerService.method.recordDeposit> = async (
  deps,
  request,
  call,
) => {
  const { amountMinor, currencyCode, method, reference } = request;
  const entryDate = paymentDateOf(request.paymentDate, 'payment_date', todayOf(deps, call));
  applyRules('', () => getCurrency(currencyCode));
  const { customerId } = await requireCustomer(deps, call, request.customerId, 'customer_id');
  return compareAndSet(() =>
    storeCreditEntry(deps, call, {
      customerId,
      currencyCode,
      entryDate,
      type: 'DEPOSIT',
      creditMinor: amountMinor,
      method,
      reference,
      eventSchema: DepositRecordedSchema,
      responseSchema: RecordDepositResponseSchema,
    }),
  );
};
