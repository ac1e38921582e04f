import { describe, expect, test } from 'vitest';
import { BookSchema } from './gen/testdata/library_pb.ts';
import { maskOfPatch } from './patch-mask.ts';
import { createAsk } from './testdata/ask.ts';

describe('maskOfPatch', () => {
  test.each([
    [{}, []],
    [{ title: 'x' }, ['title']],
    [{ title: '', priceMinor: '0', state: 'DRAFT' }, ['title', 'price_minor', 'state']],
    [{ price_minor: '1' }, ['price_minor']],
    [{ title: null, author: null, tags: null }, ['title', 'author', 'tags']],
    [{ author: { familyName: 'x' } }, ['author.family_name']],
    [
      { author: { givenName: null, homeAddress: { city: 'x', countryCode: null } } },
      ['author.given_name', 'author.home_address.city', 'author.home_address.country_code'],
    ],
    [{ author: {} }, []],
    [{ author: { homeAddress: {} } }, []],
    [{ chapters: [{ title: 'a' }], tags: [], labels: null }, ['chapters', 'tags', 'labels']],
    [{ labels: { a: 'b', 'c.d': null } }, ['labels.a', 'labels.c.d']],
    [{ labels: {} }, []],
    [{ publishTime: '2026-01-31T12:00:00Z', extra: { a: { b: 1 } } }, ['publish_time', 'extra']],
    [{ name: 'x', title: 'y' }, ['title']],
  ])('of %j is %j', (json, mask) => {
    expect(maskOfPatch(BookSchema, json, new Set(['name']))).toEqual(mask);
  });
});

describe('PATCH', () => {
  const { ask, library } = createAsk();
  const sent = async (path: string, body: unknown) => {
    expect((await ask(`PATCH ${path}`, body)).status).toBe(200);
    return library.calls.at(-1)?.input;
  };

  test('sends the mask of what the body names, without what the path names', async () => {
    expect(
      await sent('/v1/books/b1', { name: 'b1', title: 'x', author: { familyName: null }, subtitle: null }),
    ).toEqual({
      book: { name: 'b1', title: 'x', author: {} },
      updateMask: 'title,author.familyName,subtitle',
    });
  });

  test('sends the entries of a map that are to be set, and names those to be removed as well', async () => {
    expect(await sent('/v1/books/b1', { labels: { shelf: 'A', room: null } })).toEqual({
      book: { name: 'b1', labels: { shelf: 'A' } },
      updateMask: 'labels.shelf,labels.room',
    });
    expect((await ask('PATCH /v1/books/b1', { labels: { room: null, shelf: 1 } })).body.errors).toEqual([
      { pointer: '/labels/shelf', detail: 'must be a string' },
    ]);
  });

  test('sends an empty mask for an empty body', async () => {
    expect(await sent('/v1/books/b1', {})).toEqual({ book: { name: 'b1' }, updateMask: '' });
    expect(await sent('/v1/books/b1', '')).toEqual({ book: { name: 'b1' }, updateMask: '' });
  });

  test('leaves a mask alone that the caller gives', async () => {
    expect(await sent('/v1/books/b1?updateMask=price_minor,title', { title: 'x' })).toEqual({
      book: { name: 'b1', title: 'x' },
      updateMask: 'priceMinor,title',
    });
    expect(await sent('/v1/books/b1?update_mask=*', { title: 'x' })).toMatchObject({ updateMask: '*' });
  });

  test('does not accept a patch with unknown fields', async () => {
    expect((await ask('PATCH /v1/books/b1', { nothing: null })).body.errors[0].pointer).toBe('/nothing');
  });

  test('does not take null for a patch that changes nothing', async () => {
    const answer = await ask('PATCH /v1/books/b1', null);
    expect([answer.status, answer.body.errors]).toEqual([400, [{ pointer: '', detail: 'must be an object' }]]);
  });

  test('takes a merge patch by its media type, and no JSON patch', async () => {
    const as = (type: string) => ask('PATCH /v1/books/b1', {}, { 'content-type': type });
    expect((await as('application/merge-patch+json')).status).toBe(200);
    const refused = await as('application/json-patch+json');
    expect([refused.status, refused.headers.get('accept-patch')]).toEqual([
      415,
      'application/merge-patch+json, application/json',
    ]);
  });
});
