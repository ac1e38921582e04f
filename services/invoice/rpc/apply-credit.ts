import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  ApplyCreditResponseSchema,
  type CustomerLedgerService,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { creditIn } from '../credit/customer-credit.ts';
import type { Deps } from '../deps.ts';
import { applyCredit as decideCredit } from '../domain/balance.ts';
import { payableOf } from '../invoices/convert.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { settleInvoice } from '../invoices/settle-invoice.ts';
import { applyRules } from '../rule-errors.ts';

/** Pays an invoice out of its customer's credit. */
export const applyCredit: Rpc<Deps, typeof CustomerLedgerService.method.applyCredit> = (deps, request, call) =>
  settleInvoice(deps, call, request.invoiceId, {
    kind: 'CREDIT',
    paymentDate: todayOf(deps, call),
    method: '',
    reference: '',
    reason: '',
    async decide(invoice) {
      const accounts = await deps.store.listCustomerAccounts(invoice.ownerId, invoice.customerId);
      const creditMinor = creditIn(accounts, invoice.currencyCode);
      return applyRules('', () => decideCredit(payableOf(invoice), request.amountMinor, creditMinor));
    },
    eventSchema: CreditAppliedSchema,
    responseSchema: ApplyCreditResponseSchema,
  });
