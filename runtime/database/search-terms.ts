import { type SQL, sql } from 'drizzle-orm';
import { jsonParameter } from '../events/json-parameter.ts';
import { FEW_MAX } from './find-page.ts';

/** What to look for in the words and labels of a row. A row must have all of it. */
export interface SearchTerms {
  /** Words, the last of which may be the beginning of one. Empty for none. */
  readonly text: string;
  readonly tags: readonly string[];
  /** Empty for none. */
  readonly metadataKey: string;
  /** Empty for any value. */
  readonly metadataValue: string;
}

/** The terms of labels, as the function label_terms makes them; those that fit fewer rows come first. */
export function labelTerms({ tags, metadataKey, metadataValue }: SearchTerms): string[] {
  const key = metadataKey === '' ? [] : [metadataValue === '' ? `=${metadataKey}` : `=${metadataKey}=${metadataValue}`];
  return [...key, ...tags.map((tag) => `#${tag}`)];
}

/**
 * Parts of a statement: `wanted`, the terms to look for, each as the first and the last of the terms that match it; and
 * `search`, the same as one `query` for a column with all terms of a row. Of the terms with the same `place` a row needs one:
 * they are spellings of one word. Placeholders: `text` and `labels`.
 */
export const wantedTerms: SQL = sql`
  wanted as materialized (
    select place, term collate "C" as first_term, term || case when is_beginning then chr(1114111) else '' end collate "C" as last_term,
      '''' || replace(replace(term, '\\', '\\\\'), '''', '''''') || '''' || case when is_beginning then ':*' else '' end as quoted
    from (
      select distinct place, left(word, 40) as term, place = max(place) over () as is_beginning
      from (select ${sql.placeholder('text')}::text) as given (text)
        cross join lateral (values (searchable_text(text)), (spelled_out_text(text))) as spelling (words)
        cross join lateral string_to_table(words, ' ') with ordinality as word (word, place)
      where word <> ''
      union all
      select -place, term, false
      from jsonb_array_elements_text(${jsonParameter('labels')}::jsonb) with ordinality as label (term, place)
    ) as part
  ),
  search as materialized (
    select string_agg(spellings, ' & ')::tsquery as query
    from (select '(' || string_agg(quoted, ' | ') || ')' as spellings from wanted group by place) as word
  ),`;

/**
 * Selects, as `id`, the rows that have the rarest of the wanted terms, in any of its spellings. The index tells which term
 * that is without reading more of any term than matters. A row that has several terms with a wanted beginning comes once for
 * each. `table` has the columns `owner_id`, `term` and `idColumn`.
 */
export function rowsOfRarestTerm(table: string, idColumn: string): SQL {
  const [terms, id] = [sql.identifier(table), sql.identifier(idColumn)];
  const rows = sql`
    select ${id} as id from ${terms} where owner_id = ${sql.placeholder('ownerId')}::uuid
      and term between wanted.first_term and wanted.last_term
    order by term limit ${sql.raw(String(FEW_MAX + 1))}`;
  return sql`
    select present.id from wanted cross join lateral (${rows}) as present where wanted.place = (
      select place from wanted cross join lateral (select count(*) from (${rows}) as counted) as found
      group by place order by sum(found.count) limit 1
    )`;
}
