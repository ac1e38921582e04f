import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { FACTS, FULL_DRAFT } from '../testing/full-draft.ts';
import {
  type InvoiceTestService,
  LINE,
  type Owner,
  required,
  startInvoiceService,
} from '../testing/start-invoice-service.ts';

const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

type Change = MessageInitShape<typeof InvoiceSchema>;

async function update(client: Owner['invoices'], id: string, change: Change, ...paths: string[]): Promise<Invoice> {
  const { invoice } = await client.updateInvoice({ invoice: { ...change, id }, updateMask: { paths } });
  return required(invoice);
}

describe('UpdateInvoice', () => {
  test('changes only what is given, and the totals follow', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft({ memo: 'Hello', discountPercent: '10', issueDate: '2026-03-01' });
    service.clock.advance(60_000);
    const dated = await update(owner.invoices, draft.id, { dueDate: '2026-05-01' }, 'due_date');
    expect(dated).toEqual({
      ...draft,
      dueDate: '2026-05-01',
      nextDueDate: '2026-05-01',
      updateTime: dated.updateTime,
      etag: '"2"',
    });
    expect(dated.updateTime).not.toEqual(draft.updateTime);
    const priced = await update(
      owner.invoices,
      draft.id,
      { lines: [{ description: 'More', quantity: '3', unitPrice: '100', taxPercent: '7' }] },
      'lines',
    );
    expect(priced).toMatchObject({ subtotalMinor: 30000n, discountMinor: 3000n, taxMinor: 1890n, totalMinor: 28890n });
    expect(priced).toMatchObject({ memo: 'Hello', dueDate: '2026-05-01', discountPercent: '10', etag: '"3"' });
    expect((await owner.invoices.getInvoice({ invoiceId: draft.id })).invoice).toEqual(priced);
  });

  test('recalculates when the currency or the discount changes', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    expect(await update(owner.invoices, id, { currencyCode: 'JPY' }, 'currency_code')).toMatchObject({
      currencyCode: 'JPY',
      totalMinor: 119n,
    });
    expect(await update(owner.invoices, id, { discountPercent: '50' }, 'discount_percent')).toMatchObject({
      totalMinor: 60n,
    });
  });

  test.each<[keyof typeof FULL_DRAFT, string]>([
    ['discountAmountMinor', 'discount_amount_minor'],
    ['allowances', 'allowances'],
    ['charges', 'charges'],
    ['roundingPolicy', 'rounding_policy'],
    ['prepaidMinor', 'prepaid_minor'],
    ['roundingIncrementMinor', 'rounding_increment_minor'],
    ['lines', 'lines'],
  ])('changes %s, tells of it, and clears it again', async (name, path) => {
    const owner = service.newOwner();
    const empty = await owner.draft({ lines: [{ ...LINE, unitPrice: '999.99' }] });
    const changed = await update(owner.invoices, empty.id, { [name]: FULL_DRAFT[name] }, path);
    expect(changed).toMatchObject({ etag: '"2-2026-03-01"' });
    expect((await owner.invoices.getInvoice({ invoiceId: empty.id })).invoice).toEqual(changed);
    const fields = (await service.eventsOf(empty.id))[1]?.message.changes.map(({ field }) => field.split('.')[0]);
    expect(fields).toContain(name);
    expect(await update(owner.invoices, empty.id, { [name]: changed[name] }, path)).toEqual(changed);
    const cleared = await update(owner.invoices, empty.id, name === 'lines' ? { lines: empty.lines } : {}, path);
    expect(cleared.payableMinor).toBe(empty.payableMinor);
  });

  test.each<[keyof typeof FACTS, string]>([
    ['deliveryDate', 'delivery_date'],
    ['periodStartDate', 'period_start_date'],
    ['periodEndDate', 'period_end_date'],
    ['buyerReference', 'buyer_reference'],
    ['purchaseOrderReference', 'purchase_order_reference'],
  ])('changes %s and nothing else, tells of it, clears it, and freezes it', async (name, path) => {
    const owner = service.newOwner();
    const empty = await owner.draft();
    const changed = await update(owner.invoices, empty.id, { [name]: FACTS[name] }, path);
    expect(changed).toEqual({ ...empty, [name]: FACTS[name], etag: changed.etag, updateTime: changed.updateTime });
    expect(await owner.get(empty.id)).toEqual(changed);
    expect((await service.eventsOf(empty.id))[1]?.message.changes).toMatchObject([
      { field: name, newValue: FACTS[name] },
    ]);
    expect(await update(owner.invoices, empty.id, {}, path)).toMatchObject({ [name]: '' });
    expect((await service.eventsOf(empty.id))[2]?.message.changes).toMatchObject([
      { field: name, oldValue: FACTS[name] },
    ]);

    await update(owner.invoices, empty.id, { [name]: FACTS[name] }, path);
    await owner.invoices.finalizeInvoice({ invoiceId: empty.id });
    expect(await update(owner.invoices, empty.id, { [name]: FACTS[name] }, path)).toMatchObject({
      [name]: FACTS[name],
    });
    expect(await refusalOf(update(owner.invoices, empty.id, {}, path))).toMatchObject({
      reason: 'INVOICE_STATE',
      fields: [`invoice.${path}`],
    });
  });

  test('judges a period by what it comes to', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft({ periodEndDate: '2026-02-28' });
    const begin = (periodStartDate: string) => update(owner.invoices, id, { periodStartDate }, 'period_start_date');
    expect(await refusalOf(begin('2026-03-01'))).toMatchObject({ fields: ['invoice.period_end_date'] });
    expect(await begin('2026-02-28')).toMatchObject({ periodStartDate: '2026-02-28', periodEndDate: '2026-02-28' });
  });

  test('changes prices to such that include tax, and rounding to an amount', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    expect(await update(owner.invoices, id, { pricesIncludeTax: true }, 'prices_include_tax')).toMatchObject({
      ...{ subtotalMinor: 8403n, taxMinor: 1597n, totalMinor: 10000n },
      lines: [{ grossMinor: 10000n, netMinor: 8403n, includedTaxMinor: 1597n }],
    });
    expect(await update(owner.invoices, id, { roundingAmountMinor: -1n }, 'rounding_amount_minor')).toMatchObject({
      ...{ totalMinor: 10000n, roundingMinor: -1n, payableMinor: 9999n, dueMinor: 9999n },
    });
  });

  test('writes nothing when all of a full draft is sent back as it was read', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft(FULL_DRAFT);
    const read = required((await owner.invoices.getInvoice({ invoiceId: draft.id })).invoice);
    const paths = ['lines', 'allowances', 'charges', 'discount_amount_minor', 'prepaid_minor', 'rounding_policy'];
    expect(await update(owner.invoices, draft.id, read, ...paths)).toEqual(draft);
    expect(await service.eventsOf(draft.id)).toHaveLength(1);
  });

  test('writes the lines only when one of them changes', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft(FULL_DRAFT);
    const writtenBy = async () => {
      const rows = await service.db
        .$client`select xmin::text as transaction from invoice_lines where invoice_id = ${id}`;
      return rows.map(({ transaction }) => transaction);
    };
    const first = await writtenBy();
    await update(owner.invoices, id, { memo: 'Hello', prepaidMinor: 1n }, 'memo', 'prepaid_minor');
    expect(await writtenBy()).toEqual(first);
    const changed = await update(
      owner.invoices,
      id,
      { pricesIncludeTax: !FULL_DRAFT.pricesIncludeTax },
      'prices_include_tax',
    );
    expect(await writtenBy()).not.toEqual(first);
    expect((await owner.invoices.getInvoice({ invoiceId: id })).invoice).toEqual(changed);
  });

  test('clears what the mask names and the request does not give', async () => {
    const owner = service.newOwner({ user: { defaultCurrencyCode: 'USD' } });
    const { id } = await owner.draft({ memo: 'Hello', discountPercent: '10', issueDate: '2026-03-01' });
    const paths = ['memo', 'discount_percent', 'issue_date', 'currency_code', 'lines'];
    expect(await update(owner.invoices, id, {}, ...paths)).toMatchObject({
      memo: '',
      discountPercent: '0',
      currencyCode: 'USD',
      lines: [],
      totalMinor: 0n,
    });
    expect(await refusalOf(update(owner.invoices, id, {}, 'due_date'))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['invoice.due_date'],
    });
  });

  test('replaces lines as a list, and those that come back keep their ids', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft({ lines: ['a', 'b', 'c'].map((description) => ({ ...LINE, description })) });
    const [a, b, c] = draft.lines;
    const foreign = (await owner.draft()).lines[0];
    const lines = [{ ...required(c), quantity: '9' }, { ...LINE, description: 'new' }, required(a), required(foreign)];
    const updated = await update(owner.invoices, draft.id, { lines }, 'lines');
    expect(updated.lines.map(({ description }) => description)).toEqual(['c', 'new', 'a', 'Consulting']);
    expect([updated.lines[0]?.id, updated.lines[2]?.id]).toEqual([c?.id, a?.id]);
    const ids = new Set(updated.lines.map(({ id }) => id));
    expect(ids.size).toBe(4);
    expect(ids.has(b?.id ?? '') || ids.has(foreign?.id ?? '')).toBe(false);
    const changes = (await service.eventsOf(draft.id))[1]?.message.changes;
    expect(changes).toContainEqual(
      expect.objectContaining({ field: `lines.${c?.id}.quantity`, oldValue: '2', newValue: '9' }),
    );
    expect(
      await refusalOf(update(owner.invoices, draft.id, { lines: [required(a), required(a)] }, 'lines')),
    ).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['invoice.lines[1].id'],
    });
  });

  test('tells what changed, old and new', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    const updated = await update(owner.invoices, id, { memo: 'Hi', dueDate: '2026-04-15' }, 'memo', 'due_date');
    const event = (await service.eventsOf(id))[1];
    expect(event).toMatchObject({ topic: 'invoice.updated', version: 2n, message: { invoice: updated } });
    expect(event?.message.changes).toMatchObject([
      { field: 'dueDate', oldValue: '2026-03-31', newValue: '2026-04-15' },
      { field: 'memo', newValue: 'Hi' },
    ]);
  });

  test.each<[string, Change, string[]]>([
    ['an empty mask', { memo: 'x' }, []],
    ['the same values', { dueDate: '2026-03-31', currencyCode: 'EUR' }, ['due_date', 'currency_code']],
    ['output-only fields', { number: 'INV-1', totalMinor: 1n, etag: 'x' }, ['number', 'total_minor', 'state', 'etag']],
    ['another way to write a number', { discountPercent: '0.000' }, ['discount_percent']],
  ])('writes and publishes nothing for %s', async (_, change, paths) => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    expect(await update(owner.invoices, draft.id, change, ...paths)).toEqual(draft);
    expect(await service.eventsOf(draft.id)).toHaveLength(1);
  });

  test('refuses fields that do not exist, and an id that is none', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    expect(await refusalOf(update(owner.invoices, id, {}, 'color'))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['update_mask'],
    });
    expect(await refusalOf(update(owner.invoices, '1', {}, 'memo'))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['invoice.id'],
    });
    expect(await refusalOf(owner.invoices.updateInvoice({ invoice: { id } }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['update_mask'],
    });
  });

  test('checks the invoice that results', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft({ issueDate: '2026-03-01' });
    const cases: [Change, string, string][] = [
      [{ dueDate: '2026-02-28' }, 'due_date', 'invoice.due_date'],
      [{ lines: [{ ...LINE, quantity: 'x' }] }, 'lines', 'invoice.lines[0].quantity'],
      [{ memo: 'x'.repeat(5001) }, 'memo', 'invoice.memo'],
      [{ customerId: UNKNOWN_ID }, 'customer_id', 'invoice.customer_id'],
      [{ customerId: service.newOwner().customerId }, 'customer_id', 'invoice.customer_id'],
    ];
    for (const [change, path, field] of cases) {
      expect(await refusalOf(update(owner.invoices, id, change, path))).toMatchObject({ fields: [field] });
    }
    expect(await service.eventsOf(id)).toHaveLength(1);
  });

  test('changes the memo of an open invoice, and nothing that is frozen', async () => {
    const owner = service.newOwner();
    const opened = await owner.open();
    const updated = await update(owner.invoices, opened.id, { memo: 'Thanks' }, 'memo');
    expect(updated).toEqual({ ...opened, memo: 'Thanks', etag: '"3"' });
    for (const path of ['due_date', 'issue_date', 'lines', 'customer_id', 'currency_code', 'discount_percent']) {
      expect(await refusalOf(update(owner.invoices, opened.id, { memo: 'No' }, 'memo', path))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'INVOICE_STATE',
        metadata: { state: 'OPEN', action: 'UPDATE' },
        fields: [`invoice.${path}`],
      });
    }
    expect((await owner.invoices.getInvoice({ invoiceId: opened.id })).invoice).toEqual(updated);
  });

  test('takes all of an opened invoice as it was read, and changes the memo', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft({ ...FULL_DRAFT, ...FACTS });
    await owner.invoices.finalizeInvoice({ invoiceId: id });
    const read = required((await owner.invoices.getInvoice({ invoiceId: id })).invoice);
    const paths = InvoiceSchema.fields.map(({ name }) => name);
    expect(await update(owner.invoices, id, { ...read, memo: 'Thanks' }, ...paths)).toEqual({
      ...read,
      memo: 'Thanks',
      etag: '"3"',
    });
    expect((await service.eventsOf(id)).at(-1)?.message.changes).toMatchObject([{ field: 'memo', newValue: 'Thanks' }]);
    const [first, ...rest] = read.lines;
    const lines = [{ ...required(first), quantity: '1251' }, ...rest];
    expect(await refusalOf(update(owner.invoices, id, { ...read, lines }, ...paths))).toMatchObject({
      reason: 'INVOICE_STATE',
      fields: ['invoice.lines'],
    });
    const cleared = update(owner.invoices, id, { ...read, currencyCode: '', memo: 'No' }, ...paths);
    expect(await refusalOf(cleared)).toMatchObject({ fields: ['invoice.currency_code'] });
  });

  test('sets and removes single metadata of an invoice in any state, and tells of each', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft({ metadata: { project: 'a', 'po.number': '7' }, tags: ['urgent'] });
    expect(draft).toMatchObject({ metadata: { project: 'a', 'po.number': '7' }, tags: ['urgent'] });
    await owner.invoices.sendInvoice({ invoiceId: draft.id });
    const change = { metadata: { project: 'b', phase: '2' }, tags: ['late', 'b2b'] };
    const paths = ['metadata.project', 'metadata.phase', 'metadata.po.number', 'tags'];
    const updated = await update(owner.invoices, draft.id, change, ...paths);
    expect(updated).toMatchObject(change);
    expect((await owner.invoices.getInvoice({ invoiceId: draft.id })).invoice).toEqual(updated);
    expect((await service.eventsOf(draft.id)).at(-1)?.message.changes).toMatchObject([
      { field: 'metadata.phase', newValue: '2' },
      { field: 'metadata.po.number', oldValue: '7' },
      { field: 'metadata.project', oldValue: 'a', newValue: 'b' },
      { field: 'tags', oldValue: 'urgent', newValue: 'late, b2b' },
    ]);
    expect(await update(owner.invoices, draft.id, {}, 'metadata', 'tags')).toMatchObject({ metadata: {}, tags: [] });
  });

  test('keeps metadata that are set under different keys at once', async () => {
    const owner = service.newOwner();
    const { id } = await owner.draft();
    const keys = Array.from({ length: 6 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => update(owner.invoices, id, { metadata: { [key]: 'x' } }, `metadata.${key}`)));
    const { invoice } = await owner.invoices.getInvoice({ invoiceId: id });
    expect(Object.keys(required(invoice).metadata).toSorted()).toEqual(keys);
  });

  test.each<[string, Change, string]>([
    ['a key with other characters', { metadata: { 'a b': 'x' } }, 'invoice.metadata[a b]'],
    ['a key that is too long', { metadata: { ['k'.repeat(41)]: 'x' } }, `invoice.metadata[${'k'.repeat(41)}]`],
    ['a value that is too long', { metadata: { a: 'x'.repeat(501) } }, 'invoice.metadata[a]'],
    ['an empty value', { metadata: { a: '' } }, 'invoice.metadata[a]'],
    ['too many', { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, 'x'])) }, 'invoice.metadata'],
    ['the same tag twice', { tags: ['a', 'a'] }, 'invoice.tags'],
    ['a tag with a comma', { tags: ['b', 'a,b'] }, 'invoice.tags[1]'],
    ['a tag with spaces at its ends', { tags: [' a'] }, 'invoice.tags[0]'],
    ['a tag that is too long', { tags: ['x'.repeat(41)] }, 'invoice.tags[0]'],
  ])('refuses %s', async (_, change, field) => {
    const owner = service.newOwner();
    const { id } = await owner.open();
    const refusal = await refusalOf(update(owner.invoices, id, change, 'metadata', 'tags'));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test("answers for another owner's invoice like for a missing one, and not to nobody", async () => {
    const { id } = await service.newOwner().draft();
    const stranger = service.newOwner();
    const refusal = await refusalOf(update(stranger.invoices, id, { memo: 'x' }, 'memo'));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'INVOICE_NOT_FOUND' });
    expect(await refusalOf(update(stranger.invoices, UNKNOWN_ID, { memo: 'x' }, 'memo'))).toEqual(refusal);
    const nobody = service.client(InvoiceService);
    expect(await refusalOf(update(nobody, id, {}, 'memo'))).toMatchObject({ code: Code.Unauthenticated });
  });

  test('answers a repetition with the same key as before', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const client = owner.with({ 'idempotency-key': 'update-1' });
    const first = await update(client, draft.id, { memo: 'first' }, 'memo');
    await update(owner.invoices, draft.id, { memo: 'second' }, 'memo');
    expect(await update(client, draft.id, { memo: 'first' }, 'memo')).toEqual(first);
    expect(await service.eventsOf(draft.id)).toHaveLength(3);
  });

  test('heeds If-Match', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const careful = owner.with({ 'if-match': draft.etag });
    await update(careful, draft.id, { memo: 'first' }, 'memo');
    expect(await refusalOf(update(careful, draft.id, { memo: 'second' }, 'memo'))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'ETAG_MISMATCH',
    });
  });

  test('loses no change when several are made at once', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft();
    const [line] = draft.lines;
    await Promise.all([
      update(owner.invoices, draft.id, { memo: 'Hi' }, 'memo'),
      update(owner.invoices, draft.id, { dueDate: '2026-06-01' }, 'due_date'),
      update(owner.invoices, draft.id, { discountPercent: '5' }, 'discount_percent'),
      update(owner.invoices, draft.id, { lines: [{ ...required(line), quantity: '4' }] }, 'lines'),
    ]);
    expect((await owner.invoices.getInvoice({ invoiceId: draft.id })).invoice).toMatchObject({
      memo: 'Hi',
      dueDate: '2026-06-01',
      discountPercent: '5',
      lines: [{ quantity: '4' }],
      totalMinor: 22610n,
    });
    expect((await service.eventsOf(draft.id)).map(({ version }) => version)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });
});
