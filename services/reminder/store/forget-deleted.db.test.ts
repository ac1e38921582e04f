import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceSentSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { DELETION_REMEMBERED_MS, forgetDeleted } from '../../../runtime/events/forget-deleted.ts';
import { onInvoiceChanged } from '../consumers/on-invoice-changed.ts';
import {
  type AnyEvent,
  eventOf,
  type ReminderTestService,
  startReminderService,
} from '../testing/start-reminder-service.ts';
import { invoices } from './schema.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

const deliver = (...events: AnyEvent[]) => onInvoiceChanged.apply(service.deps, events);
const forget = () => forgetDeleted.run(service.deps, service.clock.now(), new AbortController().signal);
const isKnown = async (id: string) => (await service.db.$count(invoices, eq(invoices.invoiceId, id))) === 1;

test('a deleted draft is forgotten with its reminders after a month, and no event brings it back', async () => {
  const owner = service.newOwner();
  const created = eventOf(InvoiceCreatedSchema, service.invoices.add(owner.identity));
  const id = created.subject;
  await owner.reminders.createReminder({ invoiceId: id, schedule: { case: 'daysBeforeDue', value: 3 } });
  await deliver(eventOf(InvoiceDeletedSchema, service.invoices.remove(id)));
  await forget();
  service.clock.advance(DELETION_REMEMBERED_MS);
  await Promise.all([forget(), forget()]);
  await deliver(created);
  expect(await service.rowsOf(id)).toMatchObject([{ state: 'CANCELLED', cancelReason: 'INVOICE_DELETED' }]);
  service.clock.advance(1);
  await Promise.all([forget(), forget()]);
  expect(await service.rowsOf(id)).toEqual([]);
  expect(await isKnown(id)).toBe(false);
  await deliver({ ...created, id: created.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) });
  expect(await isKnown(id)).toBe(false);
});

test('an invoice that is opened is remembered, however late its events come', async () => {
  const owner = service.newOwner();
  const draft = service.invoices.add(owner.identity, { dueDate: '2099-03-31' });
  const { id } = draft.message;
  const sent = eventOf(InvoiceSentSchema, service.invoices.change(id, { state: Invoice_State.OPEN }));
  service.clock.advance(DELETION_REMEMBERED_MS + 1);
  await deliver(eventOf(InvoiceCreatedSchema, draft));
  expect(await isKnown(id)).toBe(false);
  await deliver(sent);
  await forget();
  expect(await service.rowsOf(id)).toHaveLength(4);
});
