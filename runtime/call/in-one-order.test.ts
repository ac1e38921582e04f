import { clone, create, equals } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { UpdateInvoiceRequestSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { CreateQuoteRequestSchema } from '../../gen/numer/invoice/v1/quote_service_pb.ts';
import { encodeMessage } from '../grpc/encode-message.ts';
import { inOneOrder } from './in-one-order.ts';

/** An update whose map and mask are in one order or the other. */
function updateOf(order: <Item>(items: Item[]) => Item[]) {
  const entries = order([
    ['project', 'roof'],
    ['order', '7'],
    ['area', 'north'],
  ]);
  return create(UpdateInvoiceRequestSchema, {
    invoice: { id: 'x', memo: 'Thanks', tags: ['b', 'a'], metadata: Object.fromEntries(entries) },
    updateMask: { paths: order(['memo', 'tags', 'metadata']) },
  });
}

const forwards = updateOf((items) => items);
const backwards = updateOf((items) => items.toReversed());

test('messages that differ in the order of a map and of a mask get the same bytes', () => {
  const [one, other] = [forwards, backwards].map((update) =>
    encodeMessage(UpdateInvoiceRequestSchema, inOneOrder(UpdateInvoiceRequestSchema, update)),
  );
  expect(one).toEqual(other);
});

test('a map in a message of a message is put in order as well', () => {
  const [one, other] = [forwards, backwards].map(({ invoice }) => {
    const request = create(CreateQuoteRequestSchema, { quote: invoice === undefined ? {} : { invoice } });
    return encodeMessage(CreateQuoteRequestSchema, inOneOrder(CreateQuoteRequestSchema, request));
  });
  expect(one).toEqual(other);
});

test('the message stays as it was, and nothing is lost', () => {
  const before = clone(UpdateInvoiceRequestSchema, forwards);
  const ordered = inOneOrder(UpdateInvoiceRequestSchema, forwards);
  expect(forwards.updateMask?.paths).toEqual(['memo', 'tags', 'metadata']);
  expect(Object.keys(forwards.invoice?.metadata ?? {})).toEqual(['project', 'order', 'area']);
  expect(ordered.updateMask?.paths).toEqual(['memo', 'metadata', 'tags']);
  expect({ ...ordered.invoice }).toMatchObject({ ...before.invoice });
});

test('the order of a list counts', () => {
  const other = clone(UpdateInvoiceRequestSchema, forwards);
  other.invoice?.tags.reverse();
  const ordered = inOneOrder(UpdateInvoiceRequestSchema, other);
  expect(equals(UpdateInvoiceRequestSchema, ordered, inOneOrder(UpdateInvoiceRequestSchema, forwards))).toBe(false);
});
