import { expect, test } from 'vitest';
import { findUrlFault } from './webhook-url.ts';

test.each([
  'https://example.com/webhooks',
  'https://example.com:8443/a?b=c',
  'https://1.1.1.1/',
  'https://[2606:4700:4700::1111]/',
  'HTTPS://EXAMPLE.COM',
])('%s may be posted to', (url) => {
  expect(findUrlFault(url, 'public')).toBeUndefined();
  expect(findUrlFault(url, 'any')).toBeUndefined();
});

test.each([
  'http://example.com/',
  'http://localhost:3000/',
  'http://10.0.0.1/',
  'https://[::1]:8443/',
  'http://hooks/',
])('%s may be posted to where anything may', (url) => {
  expect(findUrlFault(url, 'any')).toBeUndefined();
});

test.each([
  ['', /^be a URL/],
  ['example.com', /^be a URL/],
  ['/webhooks', /^be a URL/],
  ['https://', /^be a URL/],
  ['https://exa mple.com', /^be a URL/],
  ['https://exa\nmple.com/', /^be a URL/],
  [' https://example.com/', /^be a URL/],
  ['https://example.com/\u0085', /^be a URL/],
  ['http://example.com/', 'begin with https://'],
  ['ftp://example.com/', 'begin with https://'],
  ['file:///etc/passwd', 'begin with https://'],
  ['javascript:alert(1)', 'begin with https://'],
  ['https://user@example.com/', /no user name/],
  ['https://user:secret@example.com/', /no user name/],
  ['https://:secret@example.com/', /no user name/],
  ['https://example.com/#part', /no fragment/],
  ['https://example.com/#', /no fragment/],
  ['https://127.0.0.1/', /public address/],
  ['https://2130706433/', /public address/],
  ['https://0x7f.1/', /public address/],
  ['https://0177.0.0.1/', /public address/],
  ['https://[::1]/', /public address/],
  ['https://[::ffff:10.0.0.1]/', /public address/],
  ['https://169.254.169.254/latest/meta-data', /public address/],
])('%s must %s', (url, fault) => {
  expect(findUrlFault(url, 'public')).toMatch(fault);
});

test.each(['ftp://example.com/', 'https://user:secret@example.com/', 'nothing'])('%s is refused anywhere', (url) => {
  expect(findUrlFault(url, 'any')).toBeDefined();
});
