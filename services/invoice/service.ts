import { file_numer_invoice_v1_invoice_events } from '../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { implement } from '../../runtime/call.ts';
import { defineService } from '../../runtime/service.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { createDeps } from './deps.ts';
import { batchGetInvoices } from './rpc/batch-get-invoices.ts';
import { createInvoice } from './rpc/create-invoice.ts';
import { deleteInvoice } from './rpc/delete-invoice.ts';
import { exportInvoices } from './rpc/export-invoices.ts';
import { getInvoice } from './rpc/get-invoice.ts';
import { getPayment } from './rpc/get-payment.ts';
import { listInvoices } from './rpc/list-invoices.ts';
import { listPayments } from './rpc/list-payments.ts';
import { markInvoiceUncollectible } from './rpc/mark-invoice-uncollectible.ts';
import { previewInvoice } from './rpc/preview-invoice.ts';
import { recordPayment } from './rpc/record-payment.ts';
import { sendInvoice } from './rpc/send-invoice.ts';
import { updateInvoice } from './rpc/update-invoice.ts';
import { voidInvoice } from './rpc/void-invoice.ts';

/** Invoices, their lines, numbers and payments. */
export const invoiceService = defineService({
  name: 'invoice',
  migrations: new URL('./migrations/', import.meta.url),
  config: {},
  events: [file_numer_invoice_v1_invoice_events],
  createDeps,
  routes(router, deps) {
    router.service(
      InvoiceService,
      implement(InvoiceService, deps, {
        createInvoice,
        previewInvoice,
        getInvoice,
        listInvoices,
        updateInvoice,
        deleteInvoice,
        sendInvoice,
        voidInvoice,
        markInvoiceUncollectible,
        recordPayment,
        getPayment,
        listPayments,
        batchGetInvoices,
        exportInvoices,
      }),
    );
  },
  consumers: [onUserDeleted],
  jobs: [],
});
