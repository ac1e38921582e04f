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

test('keys need not be given', () => {
  vi.stubEnv('INTERNAL_TOKEN_KEY', '');
  expect(readStartConfig().INTERNAL_TOKEN_KEY).toHaveLength(32);
});
