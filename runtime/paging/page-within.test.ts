import { create } from '@bufbuild/protobuf';
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { pageWithin } from './page-within.ts';

const MIB = 1024 * 1024;

/** The sizes of the messages on a page of messages of these sizes, in bytes. */
const page = (...sizes: number[]) =>
  pageWithin(sizes, StringValueSchema, (size) => create(StringValueSchema, { value: 'x'.repeat(size) })).map(
    ({ value }) => value.length,
  );

test('a page ends before the message that would make it larger than 4 MiB, and has at least one', () => {
  expect(page()).toEqual([]);
  expect(page(1, 2, 3)).toEqual([1, 2, 3]);
  expect(page(MIB, 2 * MIB, MIB - 100, 200, 1)).toEqual([MIB, 2 * MIB, MIB - 100]);
  expect(page(5 * MIB, 1)).toEqual([5 * MIB]);
  expect(page(1, 5 * MIB, 1)).toEqual([1]);
});
