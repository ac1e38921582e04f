import { create } from '@bufbuild/protobuf';
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { LARGE_ROWS_AT_ONCE, readMessagePage, readPage } from './read-page.ts';

/** Reads a list of numbers to its end and gives its pages. */
async function pagesOf(numbers: readonly number[], pageSize: number): Promise<(readonly number[])[]> {
  const pages: (readonly number[])[] = [];
  let pageToken = '';
  do {
    const { rows, nextPageToken } = await readPage(
      { pageSize, pageToken },
      {
        filters: 'numbers',
        cursorShape: [/^[0-9]+$/],
        read: async ([after = '-1'] = [], limit) => numbers.filter((number) => number > Number(after)).slice(0, limit),
        cursorOf: (number) => [String(number)],
      },
    );
    pages.push(rows);
    pageToken = nextPageToken;
  } while (pageToken !== '');
  return pages;
}

test('a list is read page by page, and the last page has no token', async () => {
  expect(await pagesOf([], 2)).toEqual([[]]);
  expect(await pagesOf([0, 1], 2)).toEqual([[0, 1]]);
  expect(await pagesOf([0, 1, 2, 3, 4], 2)).toEqual([[0, 1], [2, 3], [4]]);
});

test('a page has 20 rows when a request names no size', async () => {
  const numbers = Array.from({ length: 21 }, (_, index) => index);
  expect((await pagesOf(numbers, 0)).map(({ length }) => length)).toEqual([20, 1]);
});

test('a page of messages that are too large for one answer ends early, and the next one goes on after it', async () => {
  const list = {
    filters: 'texts',
    cursorShape: [/^[0-9]$/],
    read: async ([after = '-1'] = [] as readonly string[], limit: number) =>
      [0, 1, 2].slice(Number(after) + 1).slice(0, limit),
    cursorOf: (row: number) => [String(row)],
    schema: StringValueSchema,
    toMessage: (row: number) => create(StringValueSchema, { value: String(row).repeat(3 * 1024 * 1024) }),
  };
  const first = await readMessagePage({ pageSize: 2, pageToken: '' }, list);
  const second = await readMessagePage({ pageSize: 2, pageToken: first.nextPageToken }, list);
  expect([first, second].map(({ messages }) => messages.map(({ value }) => value[0]))).toEqual([['0'], ['1']]);
  const third = await readMessagePage({ pageSize: 2, pageToken: second.nextPageToken }, list);
  expect([third.messages.length, third.nextPageToken]).toEqual([1, '']);
});

test('a large page of messages is read some rows at a time, and is the same', async () => {
  const numbers = Array.from({ length: 70 }, (_, index) => index);
  const limits: number[] = [];
  const list = {
    filters: 'numbers',
    cursorShape: [/^[0-9]+$/],
    read: async ([after = '-1'] = [] as readonly string[], limit: number) => {
      limits.push(limit);
      return numbers.slice(Number(after) + 1).slice(0, limit);
    },
    cursorOf: (row: number) => [String(row)],
    schema: StringValueSchema,
    toMessage: (row: number) => create(StringValueSchema, { value: String(row) }),
  };
  const first = await readMessagePage({ pageSize: 60, pageToken: '' }, list);
  const second = await readMessagePage({ pageSize: 60, pageToken: first.nextPageToken }, list);
  const read = [first, second].map(({ messages }) => messages.map(({ value }) => Number(value)));
  expect(read).toEqual([numbers.slice(0, 60), numbers.slice(60)]);
  expect(second.nextPageToken).toBe('');
  expect(Math.max(...limits)).toBe(LARGE_ROWS_AT_ONCE + 1);
});
