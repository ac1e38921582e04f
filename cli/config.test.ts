import { afterEach, expect, test, vi } from 'vitest';
import { GATEWAY_CONFIG } from '../gateway/config.ts';
import { readStartConfig, START_CONFIG } from './config.ts';
import { SERVICES } from './services.ts';

afterEach(() => vi.unstubAllEnvs());

test('the variables of all services and of the gateway are read before anything starts', () => {
  const specs = [GATEWAY_CONFIG, ...SERVICES.map(({ config }) => config)];
  expect(Object.keys(START_CONFIG)).toEqual(expect.arrayContaining(specs.flatMap(Object.keys)));
});

test('the mistakes of all of them are named at once', () => {
  const wrong = {
    PORT: 'x',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'x',
    SMTP_URL: 'x',
    TRUSTED_PROXIES: '-1',
    ACCESS_TOKEN_KEY: 'x',
  };
  for (const [name, value] of Object.entries(wrong)) vi.stubEnv(name, value);
  for (const name of Object.keys(wrong)) expect(() => readStartConfig()).toThrow(new RegExp(`^  ${name} must be`, 'm'));
});

test.each([
  ['*', true],
  ['https://app.example, http://localhost:3000', true],
  ['capacitor://localhost,chrome-extension://abc,null', true],
  ['https://app.example/', false],
  ['https://app.example/app', false],
  ['https://App.example', false],
  ['https://app.example:443', false],
  ['https://*.app.example', false],
  ['app.example', false],
  ['localhost:3000', false],
])('CORS_ORIGINS=%s has what browsers say of themselves: %s', (origins, isGood) => {
  vi.stubEnv('CORS_ORIGINS', origins);
  const expected = expect(() => readStartConfig());
  if (isGood) expected.not.toThrow();
  else expected.toThrow(/^ {2}CORS_ORIGINS must be/m);
});

test.each(['DATABASE_URL=postgres:', 'AMQP_URL=amqp:'])(
  'a URL with a password that is not encoded is told without it: %s',
  (start) => {
    const [name = '', scheme = ''] = start.split('=');
    vi.stubEnv(name, `${scheme}//me:50%secret@127.0.0.1/`);
    expect(() => readStartConfig()).toThrow(
      new RegExp(`^  ${name} must be a URL in which each % is written as %25`, 'm'),
    );
    expect(() => readStartConfig()).not.toThrow(/secret/);
    vi.stubEnv(name, `${scheme}//me:50%25secret@127.0.0.1/`);
    expect(() => readStartConfig()).not.toThrow();
  },
);

test('keys need not be given', () => {
  vi.stubEnv('INTERNAL_TOKEN_KEY', '');
  expect(readStartConfig().INTERNAL_TOKEN_KEY).toHaveLength(32);
});
