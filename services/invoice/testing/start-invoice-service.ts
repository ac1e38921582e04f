import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { eq } from 'drizzle-orm';
import type { DepositRecorded } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import type { PaymentRecorded } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { UserSchema } from '../../../gen/numer/user/v1/user_pb.ts';
import type { UserIdentity } from '../../../runtime/call/identity.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import {
  startTestService,
  type TestService,
  type TestServiceOptions,
  testUser,
} from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents, type WrittenEvent as WrittenMessage } from '../../../runtime/testing/written-events.ts';
import { invoiceService } from '../service.ts';
import { createFakeUserService, type FakeUserService } from './fake-user-service.ts';

/** A user with an account and a customer. */
export interface Owner {
  readonly identity: UserIdentity;
  readonly customerId: string;
  /** Calls under the user's identity. */
  readonly invoices: Client<typeof InvoiceService>;
  /** The same with headers, e.g. an idempotency key. */
  with(headers: Record<string, string>): Client<typeof InvoiceService>;
  /** Makes a draft over 119.00 EUR, due in 30 days. */
  draft(init?: MessageInitShape<typeof InvoiceSchema>): Promise<Invoice>;
  /** Makes a draft and sends it. */
  open(init?: MessageInitShape<typeof InvoiceSchema>): Promise<Invoice>;
  /** The invoice as it is now. */
  get(invoiceId: string): Promise<Invoice>;
}

/** An event as it waits in the outbox. */
export interface WrittenEvent extends Omit<WrittenMessage, 'message'> {
  /** The message of any of the events, which have some of these fields. */
  readonly message: Omit<PaymentRecorded, '$typeName'> & Pick<DepositRecorded, 'creditEntry'>;
}

/** The invoice service with a user service beside it. */
export interface InvoiceTestService extends TestService {
  readonly userService: FakeUserService;
  newOwner(options?: { timeZone?: string; user?: MessageInitShape<typeof UserSchema> }): Owner;
  /** The events about the invoice or other resource with this id, in the order of its versions. */
  eventsOf(subject: string): Promise<WrittenEvent[]>;
}

/** One line over 100.00 with 19 % tax. */
export const LINE = { description: 'Consulting', quantity: '2', unitPrice: '50', taxPercent: '19' };

/** Starts the service on a database of its own at 2026-03-01T12:00:00Z. Stop it in `afterAll`. */
export async function startInvoiceService(
  options: Pick<TestServiceOptions, 'overNetwork'> = {},
): Promise<InvoiceTestService> {
  const userService = createFakeUserService();
  const service = await startTestService(invoiceService, {
    transports: { user: userService.transport },
    ...options,
  });
  return {
    ...service,
    userService,
    newOwner: (options) => newOwner(service, userService, options),
    eventsOf: (subject) => eventsOf(service, subject),
  };
}

function newOwner(
  service: TestService,
  userService: FakeUserService,
  options: { timeZone?: string; user?: MessageInitShape<typeof UserSchema> } = {},
): Owner {
  const identity = testUser(options.timeZone);
  const id = identity.userId;
  userService.addUser({
    id,
    email: 'ada@example.com',
    name: 'Ada',
    locale: 'en',
    timeZone: identity.timeZone,
    defaultCurrencyCode: 'EUR',
    ...options.user,
  });
  const customerId = userService.addCustomer(id).id;
  const invoices = service.client(InvoiceService, identity);
  const draft: Owner['draft'] = async (init) => {
    const invoice = { customerId, currencyCode: 'EUR', dueDate: '2026-03-31', lines: [LINE], ...init };
    return required((await invoices.createInvoice({ invoice })).invoice);
  };
  return {
    identity,
    customerId,
    invoices,
    with: (headers) => service.client(InvoiceService, identity, headers),
    draft,
    async open(init) {
      const { id: invoiceId } = await draft(init);
      return required((await invoices.sendInvoice({ invoiceId })).invoice);
    },
    async get(invoiceId) {
      return required((await invoices.getInvoice({ invoiceId })).invoice);
    },
  };
}

async function eventsOf(service: TestService, subject: string): Promise<WrittenEvent[]> {
  const events = await readWrittenEvents(service.db, invoiceService.events, eq(outbox.subject, subject));
  // Events differ in their fields, and a test knows which it expects.
  return events.toSorted((one, other) => Number(one.version - other.version)) as unknown as WrittenEvent[];
}

/** The value; fails when there is none. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no value');
  return value;
}
