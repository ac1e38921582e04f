-- Emoji, arrows, signs of arithmetic and the punctuation of many alphabets belonged to the words they stood at, so '2×Chairs' was not
-- found by its chairs, nor 'ジョン・スミス' by the second name.

-- As before, but all these separate words. What only says how an emoji is shown goes with what stands above letters.
create or replace function searchable_text(value text) returns text language sql immutable parallel safe as $$
  select trim(regexp_replace(case
    when octet_length(value) = char_length(value) then lower(value collate search_letters)
    else replace(replace(replace(replace(translate(
      lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f\u20d0-\u20f0\ufe00-\ufe0f]+', '', 'g') collate search_letters),
      'øłđðıħŧς', 'olddihtσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
  end, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02c2-\u02c5\u02d2-\u02df\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd\u06de\u06e9\u0964\u0965\u0970\u0df4\u0e3f\u0e4f\u0e5a\u0e5b\u104a-\u104f\u10fb\u1360-\u1368\u17d4-\u17d6\u17d8-\u17db\u1800-\u180a\u2000-\u206f\u20a0-\u20cf\u2190-\u245f\u2500-\u2775\u2794-\u2bff\u2e00-\u2e7f\u3000-\u303f\u30a0\u30fb\ufd3e\ufd3f\ufe30-\ufe4f\ufeff\uff00-\uff0f\uff1a-\uff20\ufff9-\ufffd\U0001f000-\U0001faff\U000e0001-\U000e007f]+', ' ', 'g'))
$$;
