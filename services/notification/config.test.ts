import { expect, test } from 'vitest';
import { readConfig } from '../../runtime/process/config.ts';
import { NOTIFICATION_CONFIG } from './config.ts';
import { WEBHOOK_KEY } from './testing/webhook-key.ts';

function read(environment: NodeJS.ProcessEnv) {
  return readConfig(NOTIFICATION_CONFIG, { ...WEBHOOK_KEY, ...environment });
}

test('with nothing but the key mail comes from Numer, and webhooks go to public addresses', () => {
  expect(read({})).toEqual({
    SMTP_URL: '',
    MAIL_FROM: { name: 'Numer', address: 'numer@localhost' },
    MAIL_BOUNCE_ADDRESS: '',
    PASSWORD_RESET_URL: '',
    MAIL_DIR: '',
    PDF_FALLBACK_FONTS: [],
    PUBLIC_URL: '',
    WEBHOOK_SECRET_KEY: Buffer.alloc(32, 5),
    WEBHOOK_TARGETS: 'public',
  });
});

test('the key of webhooks is required, and not repeated when it is wrong', () => {
  expect(() => read({ WEBHOOK_SECRET_KEY: '' })).toThrow('WEBHOOK_SECRET_KEY is missing');
  expect(() => read({ WEBHOOK_SECRET_KEY: 'short' })).toThrow(/WEBHOOK_SECRET_KEY must be 32 bytes(?!.*short)/);
});

test.each([
  ['billing@example.com', '', 'billing@example.com'],
  [' billing@example.com ', '', 'billing@example.com'],
  ['<billing@example.com>', '', 'billing@example.com'],
  ['Billing Team <billing@example.com>', 'Billing Team', 'billing@example.com'],
  ['"Doe, Jane" <jane@example.com>', 'Doe, Jane', 'jane@example.com'],
])('MAIL_FROM takes %j', (value, name, address) => {
  expect(read({ MAIL_FROM: value }).MAIL_FROM).toEqual({ name, address });
});

test.each(['billing', 'a@b, c@d', 'Me <a@b> <c@d>', 'a@b\r\nBcc: c@d', 'Me a@b'])('MAIL_FROM refuses %j', (value) => {
  expect(() => read({ MAIL_FROM: value })).toThrow('MAIL_FROM must be an address');
});

test.each(['bounces@example.com', ' bounces@example.com ', 'me+numer@example.com', `${'b'.repeat(27)}@example.com`])(
  'MAIL_BOUNCE_ADDRESS takes %j',
  (value) => {
    expect(read({ MAIL_BOUNCE_ADDRESS: value }).MAIL_BOUNCE_ADDRESS).toBe(value.trim());
  },
);

test.each([
  'bounces',
  '<>',
  'Me <bounces@example.com>',
  'a@b, c@d',
  `${'b'.repeat(28)}@example.com`,
  `${'ü'.repeat(14)}@example.com`,
])('MAIL_BOUNCE_ADDRESS refuses %j', (value) => {
  expect(() => read({ MAIL_BOUNCE_ADDRESS: value })).toThrow('MAIL_BOUNCE_ADDRESS must be an address such as');
});

test.each([
  ['https://billing.example.com', 'https://billing.example.com'],
  ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
  ['https://example.com/numer//', 'https://example.com/numer'],
  ['HTTPS://EXAMPLE.COM', 'https://example.com'],
])('PUBLIC_URL takes %s', (value, url) => {
  expect(read({ PUBLIC_URL: value }).PUBLIC_URL).toBe(url);
});

test.each([
  'billing.example.com',
  'ftp://example.com',
  'javascript:alert(1)',
  'https://',
  'https://user:secret@example.com',
  'https://example.com/?a=b',
  'https://example.com/#a',
  'https://exa mple.com',
  `https://example.com/${'a'.repeat(1_000)}`,
])('PUBLIC_URL refuses %s, without repeating it', (value) => {
  expect(() => read({ PUBLIC_URL: value })).toThrow(/PUBLIC_URL must be a URL such as (?!.*secret)/);
});

test.each([
  'smtp://localhost',
  'smtps://user:pa%40ss@mail.example.com:465',
  'smtp://[::1]:25?tls.rejectUnauthorized=false',
])('SMTP_URL takes %s', (value) => {
  expect(read({ SMTP_URL: value }).SMTP_URL).toBe(value);
});

test.each(['localhost:25', 'http://localhost', 'smtp://', 'smtp:secret', 'smtp://host:port'])(
  'SMTP_URL refuses %s, without repeating it',
  (value) => {
    expect(() => read({ SMTP_URL: value })).toThrow(/SMTP_URL must be a URL such as (?!.*secret)/);
  },
);

test.each([
  'https://app.example.com/reset?token={token}',
  'https://app.example.com/{token}',
  'https://app.example.com/#/reset/{token}/',
  'http://localhost:3000/reset?token={token}',
  'http://127.0.0.1/{token}',
  'http://[::1]:3000/#{token}',
])('PASSWORD_RESET_URL takes %s', (value) => {
  expect(read({ PASSWORD_RESET_URL: value }).PASSWORD_RESET_URL).toBe(value);
});

test.each([
  'https://app.example.com/reset',
  'http://app.example.com/reset?token={token}',
  'https://{token}.example.com/',
  'https://app.example.com{token}',
  'https://me:{token}@app.example.com/',
  'https://app.example.com:{token}/',
  'https://app.example.com/{token}/{token}',
  'https://app.example.com/{TOKEN}',
  'https://app.example.com/a b/{token}',
  'https:app.example.com/{token}',
  'https:\\\\app.example.com\\{token}',
  'javascript:alert("{token}")',
  '/reset?token={token}',
  '{token}',
])('PASSWORD_RESET_URL refuses %s', (value) => {
  expect(() => read({ PASSWORD_RESET_URL: value })).toThrow('PASSWORD_RESET_URL must be a URL such as https://');
});
