import {
  InvoiceMarkedUncollectibleSchema,
  InvoiceVoidedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { orderWithdrawal, required, WITHDRAW_REASON } from '../mail-order.ts';

/** Keeps reminders that still wait from being sent once the invoice is voided or given up on. */
export const onInvoiceClosed = defineConsumer({
  events: [InvoiceVoidedSchema, InvoiceMarkedUncollectibleSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(
      batch.map((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const isVoided = event.message.$typeName === InvoiceVoidedSchema.typeName;
        return orderWithdrawal(event, invoice, WITHDRAW_REASON[isVoided ? 'voided' : 'uncollectible'], time);
      }),
    );
  },
});
