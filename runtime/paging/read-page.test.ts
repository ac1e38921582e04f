import { create } from '@bufbuild/protobuf';
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { pageOf } from './found-page.ts';
import { LARGE_ROWS_AT_ONCE, readMessagePage, readPage } from './read-page.ts';

const cursorOf = (number: number) => [String(number)];

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
        cursorOf,
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
      pageOf([0, 1, 2].slice(Number(after) + 1), limit, cursorOf),
    cursorOf,
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
      return pageOf(numbers.slice(Number(after) + 1), limit, cursorOf);
    },
    cursorOf,
    schema: StringValueSchema,
    toMessage: (row: number) => create(StringValueSchema, { value: String(row) }),
  };
  const first = await readMessagePage({ pageSize: 60, pageToken: '' }, list);
  const second = await readMessagePage({ pageSize: 60, pageToken: first.nextPageToken }, list);
  const read = [first, second].map(({ messages }) => messages.map(({ value }) => Number(value)));
  expect(read).toEqual([numbers.slice(0, 60), numbers.slice(60)]);
  expect(second.nextPageToken).toBe('');
  expect(Math.max(...limits)).toBe(LARGE_ROWS_AT_ONCE);
});

test('a page ends where no more was looked through for now, and the next one goes on from there', async () => {
  // Each reading looks through ten numbers; of a hundred only these fit.
  const fits = [3, 4, 5, 41, 95];
  const list = {
    filters: 'numbers that fit',
    cursorShape: [/^[0-9]+$/],
    read: async ([after = '-1'] = [] as readonly string[], limit: number) => {
      const end = Number(after) + 10;
      const page = pageOf(
        fits.filter((fit) => fit > Number(after) && fit <= end),
        limit,
        cursorOf,
      );
      return page.next !== undefined || end >= 99 ? page : { ...page, next: [String(end)] };
    },
    cursorOf,
    schema: StringValueSchema,
    toMessage: (row: number) => create(StringValueSchema, { value: String(row) }),
  };
  const pages: number[][] = [];
  let pageToken = '';
  do {
    const page = await readMessagePage({ pageSize: 2, pageToken }, list);
    pages.push(page.messages.map(({ value }) => Number(value)));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(pages.filter((page) => page.length > 0)).toEqual([[3, 4], [5], [41], [95]]);
  expect(pages.length).toBeGreaterThan(8);
});
