import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { copyMessage } from './copy-message.ts';
import { EchoRequestSchema } from './testdata/gen/test_service_pb.ts';

const message = () =>
  create(EchoRequestSchema, {
    payload: { text: 'one', items: [{ name: 'a' }, { name: 'b' }], data: new Uint8Array([1]) },
  });

test('a copy is equal and shares no object that can be changed', () => {
  const original = message();
  const copy = copyMessage(original);
  expect(copy).toEqual(original);
  copy.payload?.items.pop();
  if (copy.payload?.items[0] !== undefined) copy.payload.items[0].name = 'changed';
  copy.payload?.data.fill(9);
  expect(original).toEqual(message());
});

test('a copy shares what is frozen', () => {
  const original = message();
  const items = Object.freeze(original.payload?.items.map(Object.freeze)) as { name: string }[]; // frozen, whatever the type says
  Object.assign(original.payload ?? {}, { items });
  expect(copyMessage(original).payload?.items).toBe(items);
});
