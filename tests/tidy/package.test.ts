import { describe, expect, test } from 'vitest';
import { readText } from './repository.ts';

const manifest: Record<string, Record<string, string>> = JSON.parse(readText('package.json'));
const versions = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

/** The packages that Numer is built on, by design. */
const essential = [
  '@bufbuild/buf',
  '@bufbuild/protobuf',
  '@connectrpc/connect',
  '@connectrpc/connect-node',
  'croner',
  'drizzle-orm',
  'hono',
  'postgres',
  'rabbitmq-client',
  'vitest',
];

describe('package.json', () => {
  test('pins every package to one exact version', () => {
    const loose = Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  test('has every package that the design is built on', () => {
    expect(essential.filter((name) => !(name in versions))).toEqual([]);
  });

  test('is in step with the lock file', () => {
    const lock = JSON.parse(readText('package-lock.json'));
    const { dependencies, devDependencies, optionalDependencies } = lock.packages[''];
    expect({ ...dependencies, ...devDependencies, ...optionalDependencies }).toEqual(versions);
  });

  test('the lock file names no registry', () => {
    expect(readText('package-lock.json')).not.toMatch(/"resolved": "http/);
  });
});
