import { ProblemError } from './problem.ts';

const encodedSlash = /(%2[Ff])/;

/**
 * Decodes the value of a variable that captures one segment.
 *
 * @throws ProblemError 400 when it is not percent-encoded UTF-8
 */
export function decodeSegment(raw: string): string {
  if (!raw.includes('%')) {
    return raw;
  }
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new ProblemError(400, 'The path is not percent-encoded UTF-8.');
  }
}

/**
 * Decodes the value of a variable that captures several segments. As google/api/http.proto says, `%2F` is left as it is,
 * so that an encoded slash inside a segment does not become a separator.
 *
 * @throws ProblemError 400 when it is not percent-encoded UTF-8
 */
export function decodeSegments(raw: string): string {
  if (!raw.includes('%')) {
    return raw;
  }
  // Splitting by a capturing group keeps the separators, at the odd indexes.
  return raw
    .split(encodedSlash)
    .map((part, index) => (index % 2 === 1 ? part : decodeSegment(part)))
    .join('');
}
