import { describe, expect, test } from 'vitest';
import { paragraphs, splitHeading, toMarkdown } from './markdown.ts';

describe('toMarkdown', () => {
  test('joins the lines of a paragraph and keeps paragraphs and lists apart', () => {
    expect(toMarkdown('Gives one\nbook.\n\nFails:\n- late\n- lost')).toBe('Gives one book.\n\nFails:\n- late\n- lost');
  });

  test('calls fields as in JSON', () => {
    expect(toMarkdown('`next_page_token` of the page before, see Book.page_count and `author.family_name`.')).toBe(
      '`nextPageToken` of the page before, see Book.pageCount and `author.familyName`.',
    );
  });

  test('leaves everything else in backticks as it is', () => {
    const text = 'Use `DRAFT`, `2026-01-31`, `bank transfer` or `/books/{id}`.';
    expect(toMarkdown(text)).toBe(text);
  });
});

describe('splitHeading', () => {
  test.each([
    ['Gives one book. It is not lent.', 'Gives one book', 'It is not lent.'],
    ['Lends a book: takes it off the shelf.', 'Lends a book', 'Takes it off the shelf.'],
    ['Takes a time, e.g. noon, at 9:00. Then rings.', 'Takes a time, e.g. noon, at 9:00', 'Then rings.'],
    ['Lists books', 'Lists books', ''],
    ['', '', ''],
  ])('takes the first sentence of "%s"', (text, summary, description) => {
    expect(splitHeading(text)).toEqual({ summary, description });
  });
});

test('paragraphs leaves out what is empty', () => {
  expect(paragraphs('one', '', 'two')).toBe('one\n\ntwo');
});
