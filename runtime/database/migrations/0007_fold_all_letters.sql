-- Words were lowered with the collation of their text, and some capitals never were, so what was looked for was not always what
-- had been kept.

-- The letters of all alphabets, whatever the locale of the database: built in from Postgres 17 on, before that a part of ICU.
do $$
begin
  create collation search_letters from pg_c_utf8;
exception when undefined_object then
  create collation search_letters from "und-x-icu";
end
$$;

-- As before, but lowers every letter, and does so before it is written as another.
create or replace function searchable_text(value text) returns text language sql immutable parallel safe as $$
  select trim(regexp_replace(case
    when octet_length(value) = char_length(value) then lower(value collate search_letters)
    else replace(replace(replace(replace(translate(
      lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]+', '', 'g') collate search_letters),
      'øłđðıħŧς', 'olddihtσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
  end, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u20a0-\u20cf\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe4f\uff00-\uff0f\uff1a-\uff20]+', ' ', 'g'))
$$;

-- The different words of a text, the first 40 characters of each, and of these the first 1,000.
create or replace function search_words(value text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(word order by place), '{}') from (
    select left(found.word, 40) as word, min(found.place) as place
    from string_to_table(searchable_text(value), ' ') with ordinality as found (word, place)
    where found.word <> '' group by 1 order by 2 limit 1000
  ) as words
$$;
