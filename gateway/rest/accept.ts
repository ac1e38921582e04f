/**
 * Picks the media type that an `Accept` header prefers.
 *
 * @param accept the header; null accepts everything
 * @param offered lower-case media types without parameters, the preferred first
 * @returns one of `offered`; undefined when the header excludes all of them
 */
export function negotiate(accept: string | null, offered: readonly string[]): string | undefined {
  if (accept === null || accept === '' || accept === '*/*' || accept === offered[0]) {
    return offered[0];
  }
  const ranges = accept.split(',').map(parseRange);
  let best: string | undefined;
  let bestQuality = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality) {
      best = type;
      bestQuality = quality;
    }
  }
  return best;
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';');
  const weight = parameters
    .map((parameter) => parameter.trim().toLowerCase())
    .find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type: type.trim().toLowerCase(), quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The quality of the most specific range that fits (RFC 9110, section 12.5.1). */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  const exact = ranges.find((range) => range.type === type);
  const fitting =
    exact ?? ranges.find((range) => range.type === family) ?? ranges.find((range) => range.type === '*/*');
  return fitting?.quality ?? 0;
}
