import { expect, test } from 'vitest';
import { compileTemplate, fillTemplate } from './fill-template.ts';

test('fills each placeholder in, and leaves other braces alone', () => {
  const fill = compileTemplate('{"customerId":"{customerId}","n":{n},"lines":[{"quantity":"2"}]}');
  expect(fill({ customerId: 'c1', n: '7' })).toBe('{"customerId":"c1","n":7,"lines":[{"quantity":"2"}]}');
  expect(fill({ customerId: 'c2', n: '8' })).toBe('{"customerId":"c2","n":8,"lines":[{"quantity":"2"}]}');
});

test('refuses a placeholder without a value', () => {
  expect(() => fillTemplate('http://127.0.0.1:{port}', {})).toThrow('no value for {port}');
});
