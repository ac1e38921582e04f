import { describe, expect, test } from 'vitest';
import { parseTemplate, type Segment, TemplateError } from './template.ts';

/** Writes segments as the template would: `a`, `*`, `**`. */
function show(segments: readonly Segment[]): string {
  return segments
    .map((segment) => (segment.kind === 'literal' ? segment.value : segment.kind === 'rest' ? '**' : '*'))
    .join('/');
}

const accepted: readonly [template: string, segments: string, variables: string, verb?: string][] = [
  ['/', '', ''],
  ['/v1', 'v1', ''],
  ['/v1/books', 'v1/books', ''],
  ['/*', '*', ''],
  ['/**', '**', ''],
  ['/v1/*/books/**', 'v1/*/books/**', ''],
  ['/{name}', '*', 'name 0-1'],
  ['/v1/{name}', 'v1/*', 'name 1-2'],
  ['/v1/{name=*}', 'v1/*', 'name 1-2'],
  ['/v1/{name=fixed}', 'v1/fixed', 'name 1-2'],
  ['/v1/{name=**}', 'v1/**', 'name 1-end multi'],
  ['/v1/{name=shelves/*}', 'v1/shelves/*', 'name 1-3 multi'],
  ['/v1/{name=shelves/*/books/*}', 'v1/shelves/*/books/*', 'name 1-5 multi'],
  ['/v1/{name=shelves/**}', 'v1/shelves/**', 'name 1-end multi'],
  ['/v1/{a.b_c.d1}', 'v1/*', 'a.b_c.d1 1-2'],
  ['/{a}/{b}', '*/*', 'a 0-1, b 1-2'],
  ['/{a=x/*}/y/{b=z/**}', 'x/*/y/z/**', 'a 0-2 multi, b 3-end multi'],
  ['/v1/books:watch', 'v1/books', '', 'watch'],
  ['/v1/books/*:watch', 'v1/books/*', '', 'watch'],
  ['/v1/**:watch', 'v1/**', '', 'watch'],
  ['/v1/{name}:lend', 'v1/*', 'name 1-2', 'lend'],
  ['/v1/{name=**}:lend', 'v1/**', 'name 1-end multi', 'lend'],
  ['/v1/{name}:a:b', 'v1/*', 'name 1-2', 'a:b'],
  ['/v1/a:b:c', 'v1/a:b', '', 'c'],
  ['/v1/a:b/c', 'v1/a:b/c', ''],
  ['/v1/{name=a:b/*}', 'v1/a:b/*', 'name 1-3 multi'],
  ['/v1/a%20b', 'v1/a b', ''],
  ["/v1/-._~!$&'()+,;=@", "v1/-._~!$&'()+,;=@", ''],
];

const refused: readonly [template: string, why: string][] = [
  ['', 'must start with "/"'],
  ['v1/books', 'must start with "/"'],
  ['//', 'an empty segment'],
  ['/v1/', 'an empty segment'],
  ['/v1//books', 'an empty segment'],
  ['/v1/{name', 'is not closed'],
  ['/v1/{name=', 'an empty segment'],
  ['/v1/{name=}', 'an empty segment'],
  ['/v1/{name=*', 'is not closed'],
  ['/v1/{}', '"" is not a field path'],
  ['/v1/{=*}', '"" is not a field path'],
  ['/v1/{a..b}', 'is not a field path'],
  ['/v1/{a.}', 'is not a field path'],
  ['/v1/{1a}', 'is not a field path'],
  ['/v1/{a-b}', 'is not a field path'],
  ['/v1/{a={b}}', 'a variable inside a variable'],
  ['/v1/{a=x/{b}}', 'a variable inside a variable'],
  ['/v1/{a}}', 'unexpected "}"'],
  ['/v1/{a}b', 'unexpected "b"'],
  ['/v1/a{b}', 'unexpected "{"'],
  ['/v1/***', 'unexpected "*"'],
  ['/v1/*a', 'unexpected "a"'],
  ['/v1/a*', 'percent-encode'],
  ['/v1/a b', 'percent-encode'],
  ['/v1/a?b', 'percent-encode'],
  ['/v1/a#b', 'percent-encode'],
  ['/v1/ä', 'percent-encode'],
  ['/v1/%zz', 'percent-encode'],
  ['/v1/%ff', 'UTF-8'],
  ['/v1/**/books', '"**" must be the last segment'],
  ['/v1/{a=**}/books', '"**" must be the last segment'],
  ['/v1/{a=**/b}', '"**" must be the last segment'],
  ['/v1/**/{a=**}', '"**" must be the last segment'],
  ['/v1/{a}/{a}', 'the variable "a" is there twice'],
  ['/v1/{a.b}/{a.b=**}', 'the variable "a.b" is there twice'],
  ['/v1/books:', 'the verb is empty'],
  ['/v1/{a}:', 'the verb is empty'],
  ['/v1/{a}:b/c', 'cannot be a verb'],
  ['/v1/:watch', 'an empty segment'],
];

describe('parseTemplate', () => {
  test.each(accepted)('reads %s', (text, segments, variables, verb = '') => {
    const template = parseTemplate(text);
    expect(show(template.segments)).toBe(segments);
    expect(template.verb).toBe(verb);
    const shown = template.variables.map(
      ({ fieldPath, start, end, multi }) => `${fieldPath.join('.')} ${start}-${end ?? 'end'}${multi ? ' multi' : ''}`,
    );
    expect(shown.join(', ')).toBe(variables);
  });

  test.each(refused)('refuses %s', (text, why) => {
    expect(() => parseTemplate(text)).toThrow(TemplateError);
    expect(() => parseTemplate(text)).toThrow(why);
  });
});
