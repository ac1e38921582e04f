import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRow } from './write-csv.ts';

describe('csvRow', () => {
  test('quotes what a reader would take apart, and nothing else', () => {
    expect(csvRow(['a', '', '1', 'b c', 'd,e', 'f;g', 'h"i', 'j\nk', ' l'])).toBe(
      'a,,1,b c,"d,e","f;g","h""i","j\nk"," l"\r\n',
    );
  });

  test.each([
    ['=1+1', `'=1+1`],
    ['=HYPERLINK("http://a.example";"b")', `"'=HYPERLINK(""http://a.example"";""b"")"`],
    ['+49 30 1234', `'+49 30 1234`],
    ['-1+2', `'-1+2`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['＝1', `'＝1`],
    [`'=1`, `''=1`],
  ])('makes a text of the formula %s', (text, expected) => {
    expect(csvRow([text])).toBe(`${expected}\r\n`);
  });

  test.each(['-5', '-12.50', '12', `'5`, `it's`, 'a=b'])('leaves %s as it is', (text) => {
    expect(csvRow([text])).toBe(`${text}\r\n`);
  });

  test('no cell begins a formula, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('', '=', '+', '-', '@', '\t', '"', "'"),
        (text, start) => {
          const cell = csvRow([start + text])
            .slice(0, -2)
            .replace(/^"/, '');
          expect(/^[=+@\t\r＝＋－＠]/u.test(cell) || /^-[^0-9]/.test(cell)).toBe(false);
        },
      ),
    );
  });
});
