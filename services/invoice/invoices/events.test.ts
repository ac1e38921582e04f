import { create, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { type InvoiceUpdated, InvoiceUpdatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { LARGE_LINES } from '../testing/large-content.ts';
import { toInvoice } from './convert.ts';
import { draftContent } from './draft-content.ts';
import { changesBetween, invoiceEvent } from './events.ts';
import { newDraft } from './new-draft.ts';

/** The largest message that RabbitMQ takes from version 4 on. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const NOW = new Date('2026-03-01T12:00:00Z');

test('no event is too large for RabbitMQ, also when very much changes at once', () => {
  const call = { requestId: 'request-1', callerAddress: undefined, traceparent: '', idempotency: undefined };
  const cause = { user: testUser(), ...call };
  // It gets twice as long in the values of changes.
  const reason = '"'.repeat(500);
  const adjustments = Array.from({ length: 4 }, () => ({ reason, amountMinor: 1n }));
  const lines = LARGE_LINES.map((line) => ({ ...line, allowances: adjustments, charges: adjustments }));
  const draft = () => {
    const given = create(InvoiceSchema, { currencyCode: 'EUR', dueDate: '2026-03-31', lines });
    return newDraft(draftContent(given, new Set()), cause, NOW);
  };
  const [before, after] = [draft(), draft()];
  const changes = changesBetween(before, after);
  const invoice = toInvoice(after, '2026-03-01');
  const { message } = invoiceEvent(InvoiceUpdatedSchema, cause, { invoice, changes, version: 2n, time: NOW });
  const event = message as InvoiceUpdated; // of the schema above
  expect(toBinary(InvoiceSchema, invoice).byteLength).toBeGreaterThan(4_000_000);
  expect(toBinary(InvoiceUpdatedSchema, event).byteLength).toBeLessThan(MESSAGE_BYTES_MAX);
  expect(event.changes.map(({ field }) => field)).toEqual(changes.map(({ field }) => field));
  expect(event.changes[0]).toMatchObject(changes[0] ?? {});
  expect(event.changes.at(-1)).not.toHaveProperty('newValue');
});
