import { CreditRefundedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  type CustomerLedgerService,
  RefundCreditResponseSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { storeCreditEntry } from '../credit/credit-entry.ts';
import { creditIn, getOwnAccounts } from '../credit/customer-credit.ts';
import type { Deps } from '../deps.ts';
import { checkRefund } from '../domain/balance.ts';
import { getCurrency } from '../domain/currency.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { paymentDateOf } from '../invoices/payment-date.ts';
import { applyRules } from '../rule-errors.ts';

/** Records that credit was paid out. */
export const refundCredit: Rpc<Deps, typeof CustomerLedgerService.method.refundCredit> = async (
  deps,
  request,
  call,
) => {
  const { amountMinor, currencyCode, method, reference } = request;
  const entryDate = paymentDateOf(request.refundDate, 'refund_date', todayOf(deps, call));
  applyRules('', () => getCurrency(currencyCode));
  const customerId = request.customerId.toLowerCase();
  return compareAndSet(async () => {
    const accounts = await getOwnAccounts(deps, call, customerId);
    applyRules('', () => checkRefund(amountMinor, creditIn(accounts, currencyCode), currencyCode));
    return storeCreditEntry(deps, call, {
      customerId,
      currencyCode,
      entryDate,
      type: 'REFUND',
      creditMinor: -amountMinor,
      method,
      reference,
      eventSchema: CreditRefundedSchema,
      responseSchema: RefundCreditResponseSchema,
    });
  });
};
