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
 * `search`, the same as one `query` for a column with all terms of a row. Placeholders: `text` and `labels`.
 */
export const wantedTerms: SQL = sql`
  wanted as materialized (
    select term collate "C" as first_term, term || case when is_beginning then chr(1114111) else '' end collate "C" as last_term,
      '''' || replace(replace(term, '\\', '\\\\'), '''', '''''') || '''' || case when is_beginning then ':*' else '' end as quoted
    from (
      select left(word, 40) as term, position = max(position) over () as is_beginning
      from string_to_table(searchable_text(${sql.placeholder('text')}::text), ' ') with ordinality as word (word, position)
      where word <> ''
      union all
      select term, false from jsonb_array_elements_text(${jsonParameter('labels')}::jsonb) as term
    ) as part
  ),
  search as materialized (select string_agg(quoted, ' & ')::tsquery as query from wanted),`;

/**
 * Selects, as `id`, the rows that have the rarest of the wanted terms. The index tells which term that is without
 * reading more of any term than matters. A row that has several terms with a wanted beginning comes once for each.
 * `table` has the columns `owner_id`, `term` and `idColumn`.
 */
export function rowsOfRarestTerm(table: string, idColumn: string): SQL {
  const [terms, id] = [sql.identifier(table), sql.identifier(idColumn)];
  const rowsBetween = (wanted: string) => sql`
    select ${id} as id from ${terms} where owner_id = ${sql.placeholder('ownerId')}::uuid
      and term between ${sql.identifier(wanted)}.first_term and ${sql.identifier(wanted)}.last_term
    order by term limit ${sql.raw(String(FEW_MAX + 1))}`;
  return sql`
    select present.id from (
      select first_term, last_term from wanted
      order by (select count(*) from (${rowsBetween('wanted')}) as counted) limit 1
    ) as rarest cross join lateral (${rowsBetween('rarest')}) as present`;
}
