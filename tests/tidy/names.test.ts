import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, isTestCode, sources } from './repository.ts';

/** What readers expect at the top. They must expect a new entry just as much. */
const topLevel = [
  '.ci',
  '.dockerignore',
  '.env.example',
  '.gitattributes',
  '.github',
  '.gitignore',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'Dockerfile',
  'LICENSE',
  'Makefile',
  'README.md',
  'SECURITY.md',
  'biome.json',
  'buf.gen.yaml',
  'buf.yaml',
  'cli',
  'client',
  'compose.yaml',
  'docs',
  'gateway',
  'gen',
  'package-lock.json',
  'package.json',
  'proto',
  'runtime',
  'services',
  'tests',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Names that say nothing about the content, so that everything ends up there. */
const emptyNames = /^(utils?|helpers?|common|shared|misc|lib|types|interfaces|constants|index|main-utils)$/;

describe('names', () => {
  test('the top level holds only what a reader expects there', () => {
    const entries = new Set(files.map((path) => path.split('/')[0]));
    expect([...entries].filter((entry) => !topLevel.includes(entry ?? ''))).toEqual([]);
  });

  test('source files are named in kebab-case, with test kinds as suffixes', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(db|bus))?(\.(test|bench|config))?\.(ts|mjs|js)$/;
    expect(sources.filter((path) => !kebab.test(basename(path)))).toEqual([]);
  });

  test('folders are named in kebab-case', () => {
    const folders = sources.flatMap((path) => path.split('/').slice(0, -1));
    expect([...new Set(folders)].filter((folder) => !/^\.?[a-z0-9]+(-[a-z0-9]+)*$/.test(folder))).toEqual([]);
  });

  test('protos are named in snake_case and lie in the folder of their package', () => {
    const protos = files.filter((path) => path.endsWith('.proto') && !isTestCode(path));
    const place = /^proto\/(numer\/[a-z]+\/v[0-9]+|check-plugin\/protos)\/[a-z0-9_]+\.proto$/;
    expect(protos.filter((path) => !place.test(path))).toEqual([]);
  });

  test('no file or folder has a name that could hold anything', () => {
    const empty = sources.filter((path) => path.split('/').some((part) => emptyNames.test(part.split('.')[0] ?? '')));
    expect(empty).toEqual([]);
  });
});
