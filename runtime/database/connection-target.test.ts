import { expect, test } from 'vitest';
import { connectionTarget } from './connection-target.ts';

test('takes the folder of a Unix socket out of the connection string', () => {
  expect(connectionTarget('postgres://me@localhost/invoice?host=%2Frun%2Fa%20b&application_name=x')).toEqual({
    url: 'postgres://me@localhost/invoice?application_name=x',
    options: { host: '/run/a b' },
  });
});

test('gives any other connection string back unchanged', () => {
  for (const url of ['postgres://me:p%40ss@db:5433/invoice?sslmode=require', 'postgres://a,b/invoice', 'nonsense']) {
    expect(connectionTarget(url)).toEqual({ url, options: {} });
  }
});
