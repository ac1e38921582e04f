import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ListInvoicesRequest_Order as Order } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { idsOf, listAll, type Query } from '../testing/list-all.ts';
import { type InvoiceTestService, LINE, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

describe('ListInvoices, asked for words and labels,', () => {
  test('finds words of number, customer, memo and lines, without regard to case and accents', async () => {
    const owner = service.newOwner();
    const customerId = service.userService.addCustomer(owner.identity.userId, { name: 'Äda & Söhne, Bäckerei' }).id;
    const lines = [
      { ...LINE, description: 'Crème brûlée: 3×' },
      { ...LINE, description: 'STRASSE (Łódź)' },
    ];
    const draft = await owner.draft({ customerId, lines, memo: 'Danke — «für» alles\n2026' });
    const opened = await owner.open({ customerId, memo: 'Other' });
    await owner.draft({ memo: 'nothing' });
    const find = async (text: string) =>
      idsOf(await listAll(owner, { text, order: Order.CREATE_TIME_ASC, pageSize: 1 }));
    for (const text of [
      'creme',
      'BRÛLÉE',
      'brul',
      'straße',
      'lodz',
      'für alles',
      'alles fur',
      'danke, creme!',
      '2026 d',
    ]) {
      expect(await find(text), text).toEqual([draft.id]);
    }
    expect(await find('ada')).toEqual([draft.id, opened.id]);
    expect(await find('backerei sohne')).toEqual([draft.id, opened.id]);
    expect(await find('inv-00001')).toEqual([opened.id]);
    expect(await find('ada consulting')).toEqual([opened.id]);
    // Only the last word may be the beginning of one.
    for (const text of ['brul creme', 'rulee', 'ada nothing', '—', "'", "a' & b:*", '\\'])
      expect(await find(text), text).toEqual([]);
  });

  test('finds words with umlauts also where they are spelled out', async () => {
    const owner = service.newOwner();
    const customerId = service.userService.addCustomer(owner.identity.userId, { name: 'Bäckerei Müller' }).id;
    const draft = await owner.draft({ customerId });
    const opened = await owner.open({
      memo: 'Wie besprochen mit Frau Mueller',
      lines: [{ ...LINE, description: 'Grüße' }],
    });
    await owner.draft({ memo: 'due' });
    const find = async (text: string) =>
      idsOf(await listAll(owner, { text, order: Order.CREATE_TIME_ASC, pageSize: 1 }));
    for (const text of ['Müller', 'mueller', 'MUELL', 'mü'])
      expect(await find(text), text).toEqual([draft.id, opened.id]);
    for (const text of ['baeckerei', 'bäckerei', 'backerei muller']) expect(await find(text), text).toEqual([draft.id]);
    for (const text of ['gruesse', 'Grüsse', 'grusse', 'mueller gruess'])
      expect(await find(text), text).toEqual([opened.id]);
    await owner.invoices.updateInvoice({ invoice: { id: opened.id }, updateMask: { paths: ['memo'] } });
    expect(await find('mueller')).toEqual([draft.id]);
  });

  test('finds an invoice by the references of the customer', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft({ purchaseOrderReference: 'PO-4711', buyerReference: 'Kostenstelle Süd' });
    const opened = await owner.open({ purchaseOrderReference: 'PO-4712' });
    for (const text of ['po-4711', '4711', 'kostenstelle sud']) {
      expect(idsOf(await listAll(owner, { text })), text).toEqual([draft.id]);
    }
    expect(idsOf(await listAll(owner, { text: 'po 471', order: Order.CREATE_TIME_ASC }))).toEqual([
      draft.id,
      opened.id,
    ]);
    const change = { invoice: { id: draft.id }, updateMask: { paths: ['purchase_order_reference'] } };
    await owner.invoices.updateInvoice(change);
    expect(idsOf(await listAll(owner, { text: '4711' }))).toEqual([]);
  });

  test('gives once what several words with the same beginning are found by', async () => {
    const owner = service.newOwner();
    const draft = await owner.draft({ memo: 'Consultation, consultant, consulted' });
    const opened = await owner.open({ memo: 'Consultants' });
    for (const pageSize of [1, 10]) {
      const listed = await listAll(owner, { text: 'consult', order: Order.CREATE_TIME_ASC, pageSize });
      expect(idsOf(listed)).toEqual([draft.id, opened.id]);
    }
  });

  test.each([
    ['Привет', ['привет', 'ПРИВЕТ', 'при']],
    ['Αθήνα ΟΔΟΣ', ['αθηνα οδος', 'ΑΘΉΝΑ', 'οδοσ', 'Οδός']],
    ['Ærø', ['ærø', 'ÆRØ', 'aero']],
    ['ŒUVRE Þór GROẞ', ['œuvre þór groß', 'oeuvre thor gross', 'ŒU']],
    ['Ъ Ĳssel Łódź', ['ъ ijssel lodz', 'łó']],
  ])('finds %s however its letters are written, in a draft and in an invoice with a number', async (words, texts) => {
    const owner = service.newOwner();
    const customerId = service.userService.addCustomer(owner.identity.userId, { name: words }).id;
    const found = [
      await owner.draft({ customerId }),
      await owner.open({ customerId }),
      await owner.open({ memo: words }),
    ];
    found.push(await owner.open({ lines: [{ ...LINE, description: words }] }));
    for (const text of [words, ...texts]) {
      expect(idsOf(await listAll(owner, { text, order: Order.CREATE_TIME_ASC })).toSorted(), text).toEqual(
        idsOf(found).toSorted(),
      );
    }
  });

  test('keeps the first 1,000 words of number, customer, memo and lines, in this order', async () => {
    const owner = service.newOwner();
    const customerId = service.userService.addCustomer(owner.identity.userId, { name: 'Zoë Zyx' }).id;
    const lines = Array.from({ length: 30 }, (_, line) => ({
      ...LINE,
      description: Array.from({ length: 50 }, (_, word) => `word${line * 50 + word}`).join(' '),
    }));
    const { id } = await owner.open({ customerId, memo: 'Zum Zweiten', lines });
    const find = async (text: string) => idsOf(await listAll(owner, { text }));
    // Before these 994 words come two each of number, customer and memo.
    for (const text of ['inv 00001', 'zoe zyx', 'zum zweiten', 'word0', 'word993']) {
      expect(await find(text), text).toEqual([id]);
    }
    for (const text of ['word994', 'word1499']) expect(await find(text), text).toEqual([]);
  });

  test('finds what drafts and memos say now, and not what they said', async () => {
    const owner = service.newOwner();
    const find = async (query: Query) => idsOf(await listAll(owner, query));
    const { id } = await owner.draft({ memo: 'first', tags: ['a'], metadata: { k: 'v' } });
    const change = { memo: 'second', tags: ['b'], metadata: {}, lines: [{ ...LINE, description: 'Advice' }] };
    const paths = ['memo', 'tags', 'metadata', 'lines'];
    await owner.invoices.updateInvoice({ invoice: { ...change, id }, updateMask: { paths } });
    for (const query of [{ text: 'first' }, { text: 'consulting' }, { tag: ['a'] }, { metadataKey: 'k' }]) {
      expect(await find(query)).toEqual([]);
    }
    for (const query of [{ text: 'second advice' }, { tag: ['b'] }]) expect(await find(query)).toEqual([id]);
    await owner.invoices.sendInvoice({ invoiceId: id });
    await owner.invoices.updateInvoice({ invoice: { memo: 'third', id }, updateMask: { paths: ['memo'] } });
    expect(await find({ text: 'second' })).toEqual([]);
    expect(await find({ text: 'inv 00001 third' })).toEqual([id]);
    const { id: other } = await owner.draft({ memo: 'third' });
    await owner.invoices.deleteInvoice({ invoiceId: other });
    expect(await find({ text: 'third' })).toEqual([id]);
    const left = service.db.$client`select term from invoice_terms where owner_id = ${owner.identity.userId}`;
    const terms = ['00001', '#b', 'advice', 'example', 'inv', 'ltd', 'third'];
    expect((await left).map(({ term }) => term).toSorted()).toEqual(terms.toSorted());
  });

  test('finds tags and metadata, exactly and all that are asked for', async () => {
    const owner = service.newOwner();
    const a = await owner.draft({ tags: ['urgent', "b'2 b"], metadata: { project: 'a', 'po.no': '7=8' } });
    const b = await owner.draft({ tags: ['urgent'], metadata: { project: 'b' } });
    await owner.draft({ memo: 'urgent project a', metadata: { Project: 'a' } });
    const find = async (query: Query) => {
      const found = idsOf(await listAll(owner, { ...query, pageSize: 1, order: Order.CREATE_TIME_ASC }));
      expect(idsOf(await listAll(owner, { ...query, pageSize: 1, order: Order.DUE_DATE_ASC }))).toEqual(found);
      return found;
    };
    expect(await find({ tag: ['urgent'] })).toEqual([a.id, b.id]);
    expect(await find({ tag: ['urgent', "b'2 b"] })).toEqual([a.id]);
    expect(await find({ tag: ['Urgent'] })).toEqual([]);
    expect(await find({ metadataKey: 'project' })).toEqual([a.id, b.id]);
    expect(await find({ metadataKey: 'project', metadataValue: 'b' })).toEqual([b.id]);
    expect(await find({ metadataKey: 'po.no', metadataValue: '7=8' })).toEqual([a.id]);
    expect(await find({ metadataKey: 'project', tag: ['urgent'], text: 'consult' })).toEqual([a.id, b.id]);
  });
});
