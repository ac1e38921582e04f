-- 'Bäckerei' was found by 'backerei' but not by 'baeckerei', which is how it is written where a keyboard has no umlauts. What has such
-- letters is now kept under both spellings. To look for 'backerei' when asked for 'baeckerei' would have been no change of what is
-- kept, but then 'due' finds all that begins with 'du', and 'guest' finds Gustav.

-- The words as searchable_text gives them, but with umlauts and the Nordic å and ø written out in two letters; null when there are none.
-- In PL/pgSQL for the reason of search_terms.
create function spelled_out_text(value text) returns text language plpgsql immutable parallel safe as $$
declare
  letters constant text := lower(normalize(value, NFKD) collate search_letters);
  spelled_out constant text := replace(replace(replace(replace(replace(letters,
    U&'a\0308', 'ae'), U&'o\0308', 'oe'), U&'u\0308', 'ue'), U&'a\030a', 'aa'), 'ø', 'oe');
begin
  if spelled_out = letters then
    return null;
  end if;
  -- Most texts are then in ASCII letters, which is less work.
  return searchable_text(replace(spelled_out, 'ß', 'ss'));
end
$$;

-- As before, and in addition the words spelled out.
create or replace function search_terms(value text, tags jsonb, metadata jsonb) returns tsvector
language plpgsql immutable parallel safe as $$
declare
  words text := searchable_text(value);
  spelled_out text;
  terms text[];
begin
  if octet_length(value) <> char_length(value) then
    spelled_out := spelled_out_text(value);
    words := words || coalesce(' ' || spelled_out, '');
  end if;
  terms := string_to_array(words, ' ');
  -- Of few and short words none is left out or cut. The vector itself keeps each only once.
  if cardinality(terms) > 1000 or words ~ '[^ ]{41}' then
    terms := search_words(value) || search_words(spelled_out);
  end if;
  if tags <> '[]' or metadata <> '{}' then
    terms := terms || label_terms(tags, metadata);
  end if;
  return array_to_tsvector(terms);
end
$$;
