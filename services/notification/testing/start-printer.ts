import { randomUUIDv7 } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, type ConnectError, createRouterTransport, type HandlerContext } from '@connectrpc/connect';
import type { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import {
  CustomerLedgerService,
  type GetCustomerStatementResponseSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { PaymentSchema } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { Quote_State, type QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import type { UserSchema } from '../../../gen/numer/user/v1/user_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { HEADER } from '../../../runtime/call/call.ts';
import { type ErrorReasonName, errorWithReason } from '../../../runtime/call/errors.ts';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { WEBHOOK_KEY } from './webhook-key.ts';

/** What the other services have, by id. Whoever asks for it owns it, unless another owner is named. */
export interface Shelf {
  readonly invoices: Map<string, MessageInitShape<typeof InvoiceSchema>>;
  /** Payments by the ids of their invoices. */
  readonly payments: Map<string, readonly MessageInitShape<typeof PaymentSchema>[]>;
  readonly creditNotes: Map<string, MessageInitShape<typeof CreditNoteSchema>>;
  /** E-invoices by the ids of their documents, each with the memo of that time. A document without one cannot be an e-invoice. */
  readonly eInvoices: Map<string, { readonly xml: string; readonly memo: string }>;
  readonly quotes: Map<string, MessageInitShape<typeof QuoteSchema>>;
  /** The pages of statements by the ids of customers. A page is asked for by the number of pages before it. */
  readonly statements: Map<string, readonly MessageInitShape<typeof GetCustomerStatementResponseSchema>[]>;
  readonly customers: Map<string, MessageInitShape<typeof CustomerSchema>>;
  readonly users: Map<string, MessageInitShape<typeof UserSchema>>;
  /** The answers to quotes, in order: which, and as whom. */
  readonly answers: { readonly action: 'ACCEPT' | 'DECLINE'; readonly identity: unknown }[];
  /** Files of logos by the ids of their owners. */
  readonly logos: Map<string, Uint8Array>;
  /** The error of every request for a logo; undefined when there is none. */
  logosFailure: ConnectError | undefined;
  /** Whether the calls to the other services were all made on behalf of a user. */
  isForwarded: boolean;
}

/** The service beside other services that have what is on `shelf`. Only the given `jobs` run. */
export async function startPrinter(
  variables: NodeJS.ProcessEnv = {},
  { jobs } = notificationService,
): Promise<TestService & { readonly shelf: Shelf }> {
  const folder = makeScratchDir('numer-mail');
  const shelf: Shelf = {
    invoices: new Map(),
    payments: new Map(),
    creditNotes: new Map(),
    eInvoices: new Map(),
    quotes: new Map(),
    statements: new Map(),
    customers: new Map(),
    users: new Map(),
    answers: [],
    logos: new Map(),
    logosFailure: undefined,
    isForwarded: true,
  };
  const take = <Value>(values: Map<string, Value>, id: string, reason: ErrorReasonName, context: HandlerContext) => {
    shelf.isForwarded &&= context.requestHeader.has(HEADER.authorization);
    const value = values.get(id);
    if (value === undefined) throw errorWithReason(Code.NotFound, reason, 'There is none with this id.');
    return value;
  };
  const eInvoice = (documents: Map<string, unknown>, id: string, reason: ErrorReasonName, context: HandlerContext) => {
    if (documents.has(id) && !shelf.eInvoices.has(id)) {
      throw errorWithReason(Code.FailedPrecondition, 'E_INVOICE_IMPOSSIBLE', 'It lacks something.');
    }
    const { xml, memo } = take(shelf.eInvoices, id, reason, context);
    return { file: { contentType: 'application/xml', data: new TextEncoder().encode(xml) }, fileName: 'e.xml', memo };
  };
  const answer = (action: 'ACCEPT' | 'DECLINE', quoteId: string, { requestHeader }: HandlerContext) => {
    const quote = shelf.quotes.get(quoteId);
    if (quote?.etag !== requestHeader.get(HEADER.ifMatch)) {
      throw errorWithReason(Code.FailedPrecondition, 'ETAG_MISMATCH', 'It has changed.');
    }
    const [, payload = ''] = requestHeader.get(HEADER.authorization)?.split('.') ?? [];
    const { identity } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    shelf.answers.push({ action, identity });
    const state = action === 'ACCEPT' ? Quote_State.ACCEPTED : Quote_State.DECLINED;
    shelf.quotes.set(quoteId, { ...quote, state, etag: '"2"' });
    return {};
  };
  const invoice = createRouterTransport(({ service }) => {
    service(InvoiceService, {
      getInvoiceUbl: ({ invoiceId }, context) => eInvoice(shelf.invoices, invoiceId, 'INVOICE_NOT_FOUND', context),
      getInvoiceCii: ({ invoiceId }, context) => eInvoice(shelf.invoices, invoiceId, 'INVOICE_NOT_FOUND', context),
      listPayments: ({ invoiceId }) => ({ payments: [...(shelf.payments.get(invoiceId) ?? [])] }),
      getInvoice: ({ invoiceId }, context) => ({
        invoice: take(shelf.invoices, invoiceId, 'INVOICE_NOT_FOUND', context),
      }),
    });
    service(CreditNoteService, {
      getCreditNoteUbl: ({ creditNoteId }, context) =>
        eInvoice(shelf.creditNotes, creditNoteId, 'CREDIT_NOTE_NOT_FOUND', context),
      getCreditNoteCii: ({ creditNoteId }, context) =>
        eInvoice(shelf.creditNotes, creditNoteId, 'CREDIT_NOTE_NOT_FOUND', context),
      getCreditNote: ({ creditNoteId }, context) => ({
        creditNote: take(shelf.creditNotes, creditNoteId, 'CREDIT_NOTE_NOT_FOUND', context),
      }),
    });
    service(CustomerLedgerService, {
      getCustomerStatement: ({ customerId, pageToken }, context) => {
        const pages = take(shelf.statements, customerId, 'CUSTOMER_NOT_FOUND', context);
        const index = Number(pageToken);
        return { ...pages[index], nextPageToken: index + 1 < pages.length ? `${index + 1}` : '' };
      },
    });
    service(QuoteService, {
      getQuote: ({ quoteId }, context) => ({ quote: take(shelf.quotes, quoteId, 'QUOTE_NOT_FOUND', context) }),
      acceptQuote: ({ quoteId }, context) => answer('ACCEPT', quoteId, context),
      declineQuote: ({ quoteId }, context) => answer('DECLINE', quoteId, context),
    });
  });
  const user = createRouterTransport(({ service }) => {
    service(UserService, {
      getUser: ({ userId }, context) => ({ user: take(shelf.users, userId, 'USER_NOT_FOUND', context) }),
    });
    service(LogoService, {
      findLogo: ({ userId }) => {
        if (shelf.logosFailure !== undefined) throw shelf.logosFailure;
        const data = shelf.logos.get(userId);
        return data === undefined ? {} : { file: { contentType: 'image/png', data } };
      },
    });
    service(CustomerService, {
      getCustomer: ({ customerId }, context) => ({
        customer: take(shelf.customers, customerId, 'CUSTOMER_NOT_FOUND', context),
      }),
    });
  });
  const environment = { ...WEBHOOK_KEY, MAIL_DIR: folder.path, ...variables };
  const service = await startTestService(
    { ...notificationService, jobs },
    { environment, transports: { invoice, user } },
  );
  return {
    ...service,
    shelf,
    async stop() {
      await service.stop();
      folder.remove();
    },
  };
}

/** Puts something in its place on the shelf, and gives its new id. */
export function put<Value extends object>(values: Map<string, Value>, value: Value): string {
  const id = randomUUIDv7();
  values.set(id, { ...value, id });
  return id;
}
