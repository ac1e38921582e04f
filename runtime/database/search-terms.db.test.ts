import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { closeDatabase, type Database, openDatabase } from './database.ts';

const migrations = [new URL('./migrations/', import.meta.url)];

const databases: TestDatabase[] = [];
let dbs: Database[];
beforeAll(async () => {
  databases.push(await createTestDatabase({ migrations }), await createTestDatabase({ migrations, locale: 'C' }));
  dbs = databases.map(({ url }) => openDatabase({ url, applicationName: 'test', connectionsMax: 1 }));
});
afterAll(async () => {
  await Promise.all(dbs.map(closeDatabase));
  await Promise.all(databases.map((database) => database.drop()));
});

test.each([
  ['INV-2026/7', 'inv 2026 7'],
  ['Привет', 'привет'],
  ['ΑΘΉΝΑ Οδός ΟΔΟΣ', 'αθηνα οδοσ οδοσ'],
  ['ÆŒÞØŁĐĦŦ æœþøłđħŧ', 'aeoetholdht aeoetholdht'],
  ['GROẞ groß', 'gross gross'],
  ['IİıÉ', 'iiie'],
  ['2×Chairs→home ÷3', '2 chairs home 3'],
  ['🍕Pizza ☕️Coffee👩🏽‍🍳 1️⃣', 'pizza coffee 1'],
  ['アラン・クラーク', 'アラン クラーク'],
  ['فاتورة، كتاب؟', 'فاتورة كتاب'],
  ['कुर्सी। मेज', 'कुर्सी मेज'],
  ['בית־ספר', 'בית ספר'],
  ['½ № 5 m² ①', '1 2 no 5 m2 1'],
])(
  'the words of %s are the same whatever the locale of the database and the collation of the text',
  async (text, words) => {
    for (const { $client: sql } of dbs) {
      const [found] = await sql`
      select searchable_text(${text}) as wanted, searchable_text(${text}::text collate "C") as kept,
        to_jsonb(search_words(${text}::text collate "C")) as each`;
      expect(found).toEqual({ wanted: words, kept: words, each: [...new Set(words.split(' '))] });
    }
  },
);

test.each([
  ['Bäckerei', 'baeckerei'],
  ['BÄCKEREI GÖTZ ÜBER', 'baeckerei goetz ueber'],
  ['Ba\u0308ckerei', 'baeckerei'],
  ['Århus, Sørensen, ÅØ', 'aarhus soerensen aaoe'],
  ['Straße Ærø', 'strasse aeroe'],
  ['neue Citroën für Michael, Crème', 'neue citroen fuer michael creme'],
])('%s is spelled out as %s', async (text, words) => {
  for (const { $client: sql } of dbs) {
    const [found] = await sql`
      select spelled_out_text(${text}) as wanted, spelled_out_text(${text}::text collate "C") as kept`;
    expect(found).toEqual({ wanted: words, kept: words });
  }
});

test.each([
  '',
  ' — ',
  'Bread and rolls, bread and cakes',
  'Bäckerei Müller & Söhne, Straße, Crème',
  `${'long'.repeat(15)} ${'é'.repeat(41)} ${'ö'.repeat(41)} short`,
  Array.from({ length: 1_500 }, (_, index) => `w${(index * 7919) % 1_200}`).join(' '),
])('all terms of a text are its words, also spelled out, and its labels, each once: %.40s', async (text) => {
  for (const { $client: sql } of dbs) {
    for (const { tags, metadata } of [
      { tags: '["b", "a"]', metadata: '{"project": "alpha", "empty": ""}' },
      { tags: '[]', metadata: '{}' },
    ]) {
      const [found] = await sql`
        select to_jsonb(tsvector_to_array(search_terms(${text}, tags, metadata))) as terms,
          to_jsonb(array(
            select distinct term collate "C"
            from unnest(search_words(${text}) || search_words(spelled_out_text(${text})) || label_terms(tags, metadata)) as term
            order by 1
          )) as expected
        from (select ${tags}::text::jsonb as tags, ${metadata}::text::jsonb as metadata) as labels`;
      expect(found?.terms).toEqual(found?.expected);
    }
  }
});

test('the words of a text are the first 1,000 different ones of it', async () => {
  const words = Array.from({ length: 1_500 }, (_, index) => `w${(index * 7919) % 1_500}`);
  for (const { $client: sql } of dbs) {
    const [found] = await sql`select to_jsonb(search_words(${[...words, ...words].join(', ')})) as words`;
    expect(found?.words).toEqual(words.slice(0, 1_000));
  }
});
