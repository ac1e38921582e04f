import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, isTestCode, readText, root, sources } from './repository.ts';

const documents = files.filter((path) => path.endsWith('.md'));
const topLevel = new Set(files.map((path) => path.split('/')[0]));
/** Folders that exist only after something has run. */
const made = /^(node_modules|vendor|\.numer)(\/|$)/;

function withoutCodeBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}

/** Paths in backticks that start at the top of the tree. Those with a placeholder such as `<name>` or `*` do not name a file. */
function pathsIn(text: string): string[] {
  return [...withoutCodeBlocks(text).matchAll(/`([^`\s]+)`/g)]
    .map((match) => match[1] ?? '')
    .filter((path) => topLevel.has(path.split('/')[0]) && /^[\w./-]+$/.test(path) && !made.test(path));
}

/** Targets of links to other files, relative to the document. */
function linksIn(text: string): string[] {
  return [...withoutCodeBlocks(text).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The variables of every config spec: the exports of the files `config.ts` and `*-config.ts`. */
async function variablesRead(): Promise<Set<string>> {
  const paths = sources.filter((path) => /(^|\/|-)config\.ts$/.test(path) && !isTestCode(path));
  const modules: object[] = await Promise.all(paths.map((path) => import(join(root, path))));
  return new Set(modules.flatMap((module) => Object.values(module).filter(isConfigSpec).flatMap(Object.keys)));
}

/** Whether a value maps names to variables as the functions of runtime/process/config.ts make them. */
function isConfigSpec(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const variables: unknown[] = Object.values(value);
  return (
    variables.length > 0 &&
    variables.every((variable) => {
      return typeof variable === 'object' && variable !== null && 'parse' in variable;
    })
  );
}

describe('documents', () => {
  test.each(documents)('%s names only paths that exist', (document) => {
    expect(pathsIn(readText(document)).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test.each(documents)('%s links only to files that exist', (document) => {
    const folder = posix.dirname(document);
    expect(linksIn(readText(document)).filter((target) => !existsSync(join(root, folder, target)))).toEqual([]);
  });

  test('every make target named in a document exists', () => {
    const targets = new Set([...readText('Makefile').matchAll(/^([a-z/-]+):/gm)].map((match) => match[1]));
    const named = documents.flatMap((path) =>
      [...readText(path).matchAll(/`make ([a-z][a-z/-]*)/g)].map((match) => match[1]),
    );
    expect(named.filter((target) => !targets.has(target))).toEqual([]);
  });

  test('.env.example and the configuration of the processes name the same variables', async () => {
    const example = [...readText('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');
    expect(example.toSorted()).toEqual([...(await variablesRead())].toSorted());
  });

  test('the README lists every variable, of the addresses of services one for all', async () => {
    const readme = readText('README.md');
    const named = new Set([...readme.matchAll(/`([A-Z][A-Z0-9_]*)`/g)].map((match) => match[1] ?? ''));
    const missing = [...(await variablesRead())].filter((name) => !named.has(name) && !name.endsWith('_SERVICE_URL'));
    expect(missing).toEqual([]);
  });
});
