import { expect, test } from 'vitest';
import { connectionTarget } from './connection-target.ts';

test('takes the folder of a Unix socket out of the connection string', () => {
  expect(connectionTarget('postgres://me@localhost/invoice?host=%2Frun%2Fa%20b&application_name=x')).toEqual({
    url: 'postgres://me@localhost/invoice?application_name=x',
    options: { host: '/run/a b' },
  });
});

test('takes an IPv6 address out of the connection string, with its port', () => {
  for (const [url, port] of [
    ['postgres://me:secret@[::1]:5433/invoice', 5433],
    ['postgres://[fd00::1]/invoice?sslmode=require', 5432],
  ] as const) {
    expect(connectionTarget(url)).toEqual({ url, options: { host: [url.split(/[[\]]/)[1]], port: [port] } });
  }
});

test('gives any other connection string back unchanged', () => {
  for (const url of ['postgres://me:p%40ss@db:5433/invoice?sslmode=require', 'postgres://a,b/invoice', 'nonsense']) {
    expect(connectionTarget(url)).toEqual({ url, options: {} });
  }
});
