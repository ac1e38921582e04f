import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatNumber } from '../domain/number-series.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
});
afterAll(() => service.stop());

const literal = fc.stringMatching(/^[A-Za-z0-9._/-]{0,6}$/);
const datePart = fc.constantFrom('', '{YYYY}', '{YY}', '{MM}', '{YYYY}{MM}');
const sequencePart = fc.constantFrom('{SEQ}', ...Array.from({ length: 10 }, (_, index) => `{SEQ:${index + 1}}`));
const patterns = fc
  .tuple(literal, datePart, literal, sequencePart, literal, datePart, literal)
  .map((parts) => parts.join(''));
const days = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) =>
    [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-'),
  );
const sequences = fc.bigInt({ min: 1n, max: 10n ** 13n });

test('the database writes numbers as the domain does, whatever the pattern', async () => {
  const cases = fc.sample(fc.tuple(patterns, days, sequences), 2_000);
  const rows = await service.db.$client<{ number: string }[]>`
    select format_number(pattern, day, sequence) as number
    from jsonb_to_recordset(${JSON.stringify(
      cases.map(([pattern, day, sequence], index) => ({ index, pattern, day, sequence: sequence.toString() })),
    )}::text::jsonb) as given (index integer, pattern text, day date, sequence bigint)
    order by index`;
  expect(rows.map(({ number }) => number)).toEqual(
    cases.map(([pattern, day, sequence]) => formatNumber(pattern, day, sequence)),
  );
});

test('the database recognizes every number that a series is yet to give, and knows when it gives the next one', async () => {
  const cases = fc.sample(fc.tuple(patterns, days, fc.bigInt({ min: 1n, max: 10n ** 12n - 1n })), 2_000);
  const numbers = cases.map(([pattern, day, sequence]) => formatNumber(pattern, day, sequence));
  const rows = await service.db.$client<{ after: string }[]>`
    select sequence_after(gen_random_uuid(), 'web', pattern, 'NEVER', number, day)::text as after
    from jsonb_to_recordset(${JSON.stringify(
      cases.map(([pattern, day], index) => ({ index, pattern, day, number: numbers[index] })),
    )}::text::jsonb) as given (index integer, pattern text, day date, number text)
    order by index`;
  expect(rows.map(({ after }) => after)).toEqual(cases.map(([, , sequence]) => (sequence + 1n).toString()));
});

test.each([
  ['NEVER', '2026-12-31', 'web'],
  ['YEARLY', '2026-12-31', 'web/2026'],
  ['YEARLY', '0099-01-01', 'web/0099'],
  ['MONTHLY', '2027-01-01', 'web/2027-01'],
])('a series that starts again %s counts on %s in %s', async (reset, day, counter) => {
  const rows = await service.db.$client`select counter_of_series('web', ${reset}, ${day}) as counter`;
  expect(rows).toEqual([{ counter }]);
});
