import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RowError, readCsv, type TableRules } from './read-csv.ts';
import { csvRow } from './write-csv.ts';

const rules = { columns: ['name', 'note'], required: ['name'], rowsMax: 1_000 } as const satisfies TableRules<string>;

const read = (text: string | Uint8Array) =>
  readCsv({ contentType: 'text/csv', data: typeof text === 'string' ? new TextEncoder().encode(text) : text }, rules);
const rowsOf = (text: string) => read(text).rows.map(({ row, cells }) => [row, cells.name, cells.note]);
const errorsOf = (text: string | Uint8Array): RowError[] => [...read(text).errors];

describe('readCsv', () => {
  test('gives what csvRow wrote, but for white space around it', () => {
    const text = fc.string({ unit: fc.constantFrom(...`aä,;"'=+-@\t\r\n 1.`) });
    const row = fc.tuple(text, text).filter(([name, note]) => name.trim() !== '' || note.trim() !== '');
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const file = [['name', 'note'], ...rows].map(csvRow).join('');
        expect(rowsOf(file)).toEqual(rows.map(([name, note], index) => [index + 2, name.trim(), note.trim()]));
      }),
    );
  });

  test.each([
    ['commas', 'name,note\na,1\n'],
    ['semicolons, as spreadsheets write them in many countries', 'name;note\r\na;1\r\n'],
    ['tabs', 'name\tnote\na\t1'],
    ['a byte order mark', '\uFEFFname,note\na,1'],
    ['columns in another order and capitals', 'Note,NAME\n1,a'],
    ['white space around cells', 'name , note\n a , 1 '],
    ['empty rows behind it', 'name,note\na,1\n,\n\n'],
  ])('reads a file with %s', (_, text) => {
    expect(rowsOf(text)).toEqual([[2, 'a', '1']]);
  });

  test('numbers rows as a spreadsheet does, also behind empty ones and line breaks in cells', () => {
    expect(rowsOf('name,note\n"a\nb",1\n\nc,2')).toEqual([
      [2, 'a\nb', '1'],
      [4, 'c', '2'],
    ]);
  });

  test.each([['name\r\na\nb\nc\n'], ['name\na\r\nb\rc'], ['name\ra\nb\r\nc\r\n']])(
    'a line is a row whatever the ends of the others: %j',
    (text) => {
      expect(rowsOf(text)).toEqual([
        [2, 'a', ''],
        [3, 'b', ''],
        [4, 'c', ''],
      ]);
    },
  );

  test('a column or cell that is not there is empty', () => {
    expect(rowsOf('name\na')).toEqual([[2, 'a', '']]);
    expect(rowsOf('name,note\na')).toEqual([[2, 'a', '']]);
  });

  test('refuses a file of something else in the words of its rules', () => {
    const refusalOf = (columns: readonly string[]) => (columns.includes('other') ? 'is of something else' : undefined);
    const file = (text: string) => ({ contentType: '', data: new TextEncoder().encode(text) });
    expect(readCsv(file('name;Other\na;b\n'), { ...rules, refusalOf }).errors).toEqual([
      { row: 0, column: '', detail: 'is of something else' },
    ]);
    expect(readCsv(file('name\na\n'), { ...rules, refusalOf }).errors).toEqual([]);
  });

  test.each<[string, string | Uint8Array, RowError[]]>([
    [
      'an empty file',
      '',
      [
        { row: 1, column: 'name', detail: 'must be there' },
        { row: 0, column: '', detail: 'must have at least one row below the header' },
      ],
    ],
    ['no rows', 'name\n', [{ row: 0, column: '', detail: 'must have at least one row below the header' }]],
    [
      'too many rows',
      `name\n${'a\n'.repeat(1_001)}`,
      [{ row: 0, column: '', detail: 'must have at most 1000 rows below the header' }],
    ],
    [
      'another encoding',
      Uint8Array.of(0x6e, 0xe4),
      [
        {
          row: 0,
          column: '',
          detail: expect.stringContaining('must be text in UTF-8, which line 1 is not: "n\uFFFD"'),
        },
      ],
    ],
    [
      'a column that there is not, and one twice',
      'name,Nam,name\na,b,c',
      [
        { row: 1, column: 'nam', detail: 'must be one of the columns name, note' },
        { row: 1, column: 'name', detail: 'must be there only once' },
      ],
    ],
    [
      'many columns that there are not, as in a file of something else, and lists those that there are once',
      'name,id,total\na,b,c',
      [
        { row: 1, column: 'id', detail: 'must be one of the columns name, note' },
        { row: 1, column: 'total', detail: 'must also be one of these columns' },
      ],
    ],
    [
      'columns without a name, as spreadsheets leave them behind the last one',
      'name,,\na,,',
      [{ row: 1, column: '', detail: 'must have a name in each cell; remove the columns that have none' }],
    ],
    [
      'a column with a name beyond measure',
      `${'x'.repeat(100_000)},name\nb,a`,
      [{ row: 1, column: `${'x'.repeat(50)}…`, detail: 'must be one of the columns name, note' }],
    ],
    [
      'a header beyond measure, at once',
      `${Array.from({ length: 20_000 }, (_, index) => `x${index}`).join()}\na`,
      [{ row: 1, column: '', detail: 'must have at most 100 cells' }],
    ],
    [
      'a row beyond measure, at once',
      `name\na\n${','.repeat(1_000)}\n${','.repeat(2_000)}`,
      [{ row: 3, column: '', detail: 'must have at most 100 cells' }],
    ],
    [
      'more lines than are read, though nothing is in them',
      `name\na\n${'\n'.repeat(50_000)}`,
      [{ row: 0, column: '', detail: 'must have at most 50000 lines' }],
    ],
    [
      'more cells than are read',
      `name\na\n${','.repeat(500_001)}`,
      [{ row: 0, column: '', detail: 'must have at most 500000 cells' }],
    ],
    [
      'a row that is too long',
      'name\na\nb,c\n',
      [
        {
          ...{ row: 3, column: '' },
          detail: 'must not have more cells than the header has: 1; put cells that contain a comma in quotes',
        },
      ],
    ],
    [
      'a quote that is not closed',
      'name\na\n"b\nc',
      [{ row: 3, column: '', detail: 'has a quote that is not closed' }],
    ],
    [
      'a quote inside of a cell',
      'name,note\na"b,c',
      [{ row: 2, column: '', detail: 'has a quote inside a cell; put the cell in quotes and double the quote' }],
    ],
    [
      'text behind a quote',
      'name,note\n"a"b,c',
      [{ row: 2, column: '', detail: 'has text after a closing quote; double the quotes inside a cell' }],
    ],
  ])('tells what is wrong with %s', (_, file, expected) => {
    expect(errorsOf(file)).toEqual(expected);
  });
});
