import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

const CSV = 'text/csv';
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => new Uint8Array(Buffer.from(text, encoding));
const decode = (data: Uint8Array, contentType = CSV) => decodeText({ contentType, data });

describe('decodeText', () => {
  test.each([
    ['UTF-8', CSV, bytes('Köln €')],
    ['UTF-8 with a byte order mark', CSV, bytes('\uFEFFKöln €')],
    ['UTF-8 by name', 'text/csv; charset=UTF-8', bytes('Köln €')],
    ['Windows-1252', 'text/csv; charset=windows-1252', Uint8Array.of(0x4b, 0xf6, 0x6c, 0x6e, 0x20, 0x80)],
    ['Windows-1252 in quotes', 'text/csv;header=present;Charset="Windows-1252"', bytes('K\xf6ln \x80', 'latin1')],
    ['ISO 8859-15', 'text/csv; charset=iso-8859-15', bytes('K\xf6ln \xa4', 'latin1')],
    ['UTF-16, as spreadsheets write it', 'text/csv; charset=utf-16le', bytes('\uFEFFKöln €', 'utf16le')],
  ])('reads %s', (_, contentType, data) => {
    expect(decode(data, contentType)).toEqual({ text: 'Köln €' });
  });

  test('tells where text is not UTF-8, what it reads there, and what to do', () => {
    const data = bytes('name;city\r\nAda;Bonn\r\nB\xe4ckerei M\xfcller;K\xf6ln\r\n', 'latin1');
    expect(decode(data)).toEqual({
      detail:
        'must be text in UTF-8, which line 3 is not: "B\uFFFDckerei M\uFFFDller;K\uFFFDln"; save the file as UTF-8, ' +
        'or name its encoding in the content type, e.g. text/csv; charset=windows-1252',
    });
    expect(decode(bytes('a\rb\n\xfc\nc', 'latin1'))).toMatchObject({
      detail: expect.stringContaining('line 3 is not: "\uFFFD"'),
    });
  });

  test('refuses UTF-8 that is called by another name, which would garble its letters', () => {
    const detail = 'is text in UTF-8, but its content type says windows-1252';
    expect(decode(bytes('Köln'), 'text/csv; charset=windows-1252')).toEqual({ detail });
    expect(decode(bytes('\uFEFFa'), 'text/csv; charset=iso-8859-1')).toEqual({ detail });
    expect(decode(bytes('Koln'), 'text/csv; charset=windows-1252')).toEqual({ text: 'Koln' });
  });

  test('refuses an encoding that is unknown, and text that is not in the one named', () => {
    expect(decode(bytes('a'), 'text/csv; charset=x-foo')).toEqual({
      detail: 'must be in an encoding that is known, which x-foo is not',
    });
    expect(decode(Uint8Array.of(0x61, 0xff), 'text/csv; charset=shift_jis')).toEqual({
      detail: 'must be text in shift_jis, as its content type says',
    });
  });

  test('takes UTF-8 and nothing else when no encoding is named', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (data) => {
        const decoded = decode(data);
        const isUtf8 = Buffer.from(Buffer.from(data).toString('utf8')).equals(Buffer.from(data));
        expect('text' in decoded).toBe(isUtf8);
      }),
    );
  });
});
