-- All terms that something is found by: the words of a text and its labels. In PL/pgSQL, whose plans a connection keeps: a function in
-- SQL that is more than an expression is set up anew on each call, which took longer than what it did.
create function search_terms(value text, tags jsonb, metadata jsonb) returns tsvector
language plpgsql immutable parallel safe as $$
declare
  words constant text := searchable_text(value);
  terms text[] := string_to_array(words, ' ');
begin
  -- Of few and short words none is left out or cut. The vector itself keeps each only once.
  if cardinality(terms) > 1000 or words ~ '[^ ]{41}' then
    terms := search_words(value);
  end if;
  if tags <> '[]' or metadata <> '{}' then
    terms := terms || label_terms(tags, metadata);
  end if;
  return array_to_tsvector(terms);
end
$$;
