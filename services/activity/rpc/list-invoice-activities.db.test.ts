import { randomUUIDv7 } from 'node:crypto';
import { Code, ConnectError, createRouterTransport } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import { InvoiceCreatedSchema, InvoiceUpdatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { ReminderScheduledSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { Reminder_State } from '../../../gen/numer/reminder/v1/reminder_pb.ts';
import { HEADER } from '../../../runtime/call/call.ts';
import { connectErrorOf, DomainError, reasonOf } from '../../../runtime/call/errors.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { activityService } from '../service.ts';

/** The invoices that the test's invoice service has, and the calls that it got. */
const known = new Set<string>();
const asked: { invoiceId: string; authorization: string; requestId: string }[] = [];
let isInvoiceServiceDown = false;

const invoiceTransport = createRouterTransport((router) => {
  router.service(InvoiceService, {
    getInvoice({ invoiceId }, { requestHeader }) {
      asked.push({
        invoiceId,
        authorization: requestHeader.get(HEADER.authorization) ?? '',
        requestId: requestHeader.get(HEADER.requestId) ?? '',
      });
      if (isInvoiceServiceDown) throw new ConnectError('down', Code.Unavailable);
      if (known.has(invoiceId)) return { invoice: { id: invoiceId } };
      throw connectErrorOf(new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no such invoice.'));
    },
  });
});

let service: TestService;
beforeAll(async () => {
  service = await startTestService(activityService, { transports: { invoice: invoiceTransport } });
  service.begin();
});
afterAll(() => service.stop());

function draft(id: string) {
  return { invoice: { id, state: Invoice_State.DRAFT } };
}

async function failureOf(work: Promise<unknown>): Promise<{ code: Code; reason: string | undefined }> {
  const error = ConnectError.from(
    await work.then(
      () => undefined,
      (cause: unknown) => cause,
    ),
  );
  return { code: error.code, reason: reasonOf(error) };
}

describe('ListInvoiceActivities', () => {
  test('gives what happened to the invoice and to its reminders, newest first, and nothing else', async () => {
    const user = testUser();
    const ownerId = user.userId;
    const [invoiceId, otherId] = [randomUUIDv7(), randomUUIDv7()];
    await service.publish(InvoiceCreatedSchema, draft(invoiceId), { ownerId });
    service.clock.advance(1_000);
    await service.publish(InvoiceCreatedSchema, draft(otherId), { ownerId });
    service.clock.advance(1_000);
    await service.publish(InvoiceUpdatedSchema, draft(invoiceId), { ownerId });
    service.clock.advance(1_000);
    const reminder = { id: randomUUIDv7(), invoiceId, state: Reminder_State.SCHEDULED };
    await service.publish(ReminderScheduledSchema, { reminder }, { ownerId });

    const client = service.client(ActivityService, user);
    const { activities } = await client.listInvoiceActivities({ invoiceId });
    expect(activities.map(({ type }) => type)).toEqual(['reminder.scheduled', 'invoice.updated', 'invoice.created']);
    expect(activities.every((activity) => activity.invoiceId === invoiceId)).toBe(true);
    expect(activities[0]?.subjectId).toBe(reminder.id);
    expect(asked.some((request) => request.invoiceId === invoiceId)).toBe(false);

    const first = await client.listInvoiceActivities({ invoiceId, pageSize: 2 });
    const second = await client.listInvoiceActivities({ invoiceId, pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.activities, ...second.activities]).toEqual(activities);
    expect(second.nextPageToken).toBe('');
    expect((await client.listInvoiceActivities({ invoiceId: invoiceId.toUpperCase() })).activities).toEqual(activities);
    expect(
      await failureOf(client.listInvoiceActivities({ invoiceId: otherId, pageToken: first.nextPageToken })),
    ).toEqual({ code: Code.InvalidArgument, reason: 'INVALID_PAGE_TOKEN' });
  });

  test('gives an empty list for an invoice whose activities are still under way', async () => {
    const invoiceId = randomUUIDv7();
    known.add(invoiceId);
    const { activities } = await service.client(ActivityService, testUser()).listInvoiceActivities({ invoiceId });
    expect(activities).toEqual([]);
    const request = asked.find((candidate) => candidate.invoiceId === invoiceId);
    expect(request?.authorization).toMatch(/^Bearer /);
    expect(request?.requestId).toBe('test-request');
  });

  test('knows no invoice that does not exist', async () => {
    const client = service.client(ActivityService, testUser());
    expect(await failureOf(client.listInvoiceActivities({ invoiceId: randomUUIDv7() }))).toEqual({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
  });

  test('knows no invoice of another account, though it has activities', async () => {
    const invoiceId = randomUUIDv7();
    await service.publish(InvoiceCreatedSchema, draft(invoiceId), { ownerId: testUser().userId });
    const client = service.client(ActivityService, testUser());
    expect(await failureOf(client.listInvoiceActivities({ invoiceId }))).toEqual({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
  });

  test('is unavailable when the invoice has to be looked up and cannot be', async () => {
    isInvoiceServiceDown = true;
    const client = service.client(ActivityService, testUser());
    const failure = await failureOf(client.listInvoiceActivities({ invoiceId: randomUUIDv7() }));
    isInvoiceServiceDown = false;
    expect(failure.code).toBe(Code.Unavailable);
  });

  test('refuses what is no id', async () => {
    const client = service.client(ActivityService, testUser());
    for (const invoiceId of ['', 'user', `${randomUUIDv7()}0`]) {
      expect((await failureOf(client.listInvoiceActivities({ invoiceId }))).code).toBe(Code.InvalidArgument);
    }
  });

  test('refuses nobody', async () => {
    const client = service.client(ActivityService);
    expect((await failureOf(client.listInvoiceActivities({ invoiceId: randomUUIDv7() }))).code).toBe(
      Code.Unauthenticated,
    );
  });
});
