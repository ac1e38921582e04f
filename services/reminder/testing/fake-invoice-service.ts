import { randomUUIDv7 } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Code, createRouterTransport, type HandlerContext, type Transport } from '@connectrpc/connect';
import {
  InstalmentSchema,
  type Invoice,
  Invoice_State,
  InvoiceSchema,
} from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { etagOf, HEADER } from '../../../runtime/call/call.ts';
import { errorWithReason } from '../../../runtime/call/errors.ts';

/** Fields of an invoice that a test may set. */
export interface InvoiceFields {
  readonly state?: Invoice_State;
  readonly dueDate?: string;
  readonly dueDays?: number;
  /** A draft without an issue date shows the day on which it is read. */
  readonly issueDate?: string;
  /** What is still due of each instalment, by day. */
  readonly instalments?: readonly { readonly dueDate: string; readonly dueMinor: bigint }[];
}

/** An invoice of the fake, with what its events contain besides it. */
export interface StoredInvoice {
  readonly ownerId: string;
  readonly timeZone: string;
  readonly version: bigint;
  readonly message: Invoice;
}

/** The calls of the invoice service that the reminder service makes, in memory, with the rules about who sees what. */
export interface FakeInvoiceService {
  readonly transport: Transport;
  /** Creates an invoice, by default a draft due on 2026-03-31. */
  add(owner: { readonly userId: string; readonly timeZone: string }, fields?: InvoiceFields): StoredInvoice;
  /** Changes an invoice, which raises its version, and gives it. */
  change(id: string, fields: InvoiceFields): StoredInvoice;
  /** Deletes an invoice. Gives it as it was, at the version of its deletion. */
  remove(id: string): StoredInvoice;
  /** Whether calls fail as if the service could not be reached. */
  isDown: boolean;
  /** May replace the version with which GetInvoice answers. */
  onGet: () => StoredInvoice | undefined;
  /** Called at the beginning of each BatchGetInvoices, with the requested ids. */
  onBatchGet: (invoiceIds: readonly string[]) => unknown;
  /** Most invoices in a response of BatchGetInvoices. */
  room: number;
}

/** Makes an invoice service without invoices. */
export function createFakeInvoiceService(): FakeInvoiceService {
  const invoices = new Map<string, StoredInvoice>();

  const store = (invoice: Omit<StoredInvoice, 'message'>, id: string, fields: InvoiceFields): StoredInvoice => {
    // The second part of the etag of a draft differs by day.
    const etag = etagOf(invoice.version, '2026-03-01');
    const { instalments = [], ...others } = fields;
    const message = create(InvoiceSchema, { id, currencyCode: 'EUR', totalMinor: 11900n, ...others, etag });
    message.instalments = instalments.map((each) => create(InstalmentSchema, each));
    const stored = { ...invoice, message };
    invoices.set(id, stored);
    return stored;
  };
  const requireInvoice = (id: string) => {
    const found = invoices.get(id.toLowerCase());
    if (found === undefined) throw errorWithReason(Code.NotFound, 'INVOICE_NOT_FOUND', 'There is no such invoice.');
    return found;
  };
  const requireUp = () => {
    if (fake.isDown) throw errorWithReason(Code.Unavailable, 'UNAVAILABLE', 'The service is down.');
  };

  const fake: FakeInvoiceService = {
    isDown: false,
    onGet: () => undefined,
    onBatchGet: () => undefined,
    room: Number.POSITIVE_INFINITY,
    transport: createRouterTransport((router) => {
      router.service(InvoiceService, {
        getInvoice({ invoiceId }, context) {
          requireUp();
          const found = fake.onGet() ?? requireInvoice(invoiceId);
          return { invoice: (found.ownerId === callerOf(context) ? found : requireInvoice('')).message };
        },
        async batchGetInvoices({ invoiceIds }) {
          await fake.onBatchGet(invoiceIds);
          requireUp();
          const found = invoiceIds.flatMap((id) => invoices.get(id)?.message ?? []);
          const remainingInvoiceIds = found.slice(fake.room).map(({ id }) => id);
          return { invoices: found.slice(0, fake.room), remainingInvoiceIds };
        },
      });
    }),
    add({ userId, timeZone }, fields) {
      const draft = { state: Invoice_State.DRAFT, dueDate: '2026-03-31' };
      return store({ ownerId: userId, timeZone, version: 1n }, randomUUIDv7(), { ...draft, ...fields });
    },
    change(id, fields) {
      const before = requireInvoice(id);
      const { state, dueDate, instalments } = before.message;
      return store({ ...before, version: before.version + 1n }, id, { state, dueDate, instalments, ...fields });
    },
    remove(id) {
      const before = requireInvoice(id);
      invoices.delete(id);
      return { ...before, version: before.version + 1n };
    },
  };
  return fake;
}

/** The user of the call's internal token, whose signature a fake does not check. */
function callerOf(context: HandlerContext): string {
  const token = context.requestHeader.get(HEADER.authorization)?.split('.')[1] ?? '';
  const claims: { identity?: { userId?: string } } = JSON.parse(Buffer.from(token, 'base64url').toString() || '{}');
  return claims.identity?.userId ?? '';
}
