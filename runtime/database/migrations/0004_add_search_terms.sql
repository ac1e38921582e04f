-- What lists are searched by: words without regard to case and accents, and labels. Both are texts called terms, and neither
-- is ever like the other: words have no punctuation.

-- The words of a text with single spaces between them. Letters lose what stands above or below them, and those that Unicode
-- does not take apart are written as two or as their nearest; what is neither letter nor digit separates words.
create function searchable_text(value text) returns text language sql immutable parallel safe as $$
  select trim(regexp_replace(lower(case
    when octet_length(value) = char_length(value) then value
    else replace(replace(replace(replace(translate(
      regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]+', '', 'g'),
      'ØøŁłĐđÐðıĦħŦŧ', 'ooLlDdddihhtt'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
  end), '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u20a0-\u20cf\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe4f\uff00-\uff0f\uff1a-\uff20]+', ' ', 'g'))
$$;

-- The different words of a text, the first 40 characters of each, at most 1,000.
create function search_words(value text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(word), '{}') from (
    select distinct left(word, 40) as word from string_to_table(searchable_text(value), ' ') as word where word <> '' limit 1000
  ) as words
$$;

-- The terms of labels: #urgent for a tag; =project and =project=alpha for metadata.
create function label_terms(tags jsonb, metadata jsonb) returns text[] language sql immutable parallel safe as $$
  select array(select '#' || tag from jsonb_array_elements_text(tags) as tag)
    || array(
      select unnest(array['=' || entry.key, '=' || entry.key || '=' || entry.value])
      from jsonb_each_text(metadata) as entry
    )
$$;
