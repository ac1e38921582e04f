import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, isTestCode, readText, sources, withoutComments } from './repository.ts';

/** What one part of the tree may import, and a sentence that says so. */
type Boundary = {
  /** Whether the rule applies to a file. */
  readonly binds: (path: string) => boolean;
  /** Whether such a file may import that file. */
  readonly mayImportFile: (target: string, path: string) => boolean;
  /** Whether such a file may import that package. */
  readonly mayImportPackage: (name: string) => boolean;
  readonly rule: string;
};

/** Functions without clock and I/O that several domains share. */
const pureFiles: readonly string[] = [
  'runtime/calendar.ts',
  'runtime/check-digits.ts',
  'runtime/currency.ts',
  'runtime/diff-fields.ts',
];

const clientDependencies: object = JSON.parse(readText('client/package.json')).dependencies;

const any = (): boolean => true;
const inside =
  (...folders: readonly string[]) =>
  (target: string): boolean =>
    folders.some((folder) => target.startsWith(folder));

/** `services/invoice/` for every file of that service, or undefined outside of services. */
function serviceOf(path: string): string | undefined {
  return /^services\/[^/]+\//.exec(path)?.[0];
}

/** `services/invoice/domain/` for a file in there. */
function domainOf(path: string): string | undefined {
  return /^services\/[^/]+\/domain\//.exec(path)?.[0];
}

const boundaries: readonly Boundary[] = [
  {
    binds: inside('gen/'),
    mayImportFile: inside('gen/'),
    mayImportPackage: (name) => name === '@bufbuild/protobuf',
    rule: 'gen/ imports only itself and @bufbuild/protobuf',
  },
  {
    binds: (path) => path.startsWith('runtime/') && !isTestCode(path),
    mayImportFile: inside(
      'runtime/',
      'gen/numer/options/',
      'gen/numer/errors/',
      'gen/numer/events/',
      'gen/google/',
      'gen/grpc/',
      'gen/buf/',
      'gen/subscriptions.ts',
    ),
    mayImportPackage: any,
    rule: 'runtime/ knows no business contract: of gen/ only options, error reasons, batches of events, digests of subscriptions, third-party protos',
  },
  {
    binds: inside('runtime/'),
    mayImportFile: (target) => !target.startsWith('tests/'),
    mayImportPackage: any,
    rule: 'runtime/ knows nothing of tests/, not even in its own tests',
  },
  {
    binds: (path) => path.startsWith('runtime/grpc/') && !isTestCode(path),
    mayImportFile: inside('runtime/grpc/'),
    mayImportPackage: (name) =>
      name.startsWith('node:') || name === '@bufbuild/protobuf' || name === '@connectrpc/connect',
    rule: 'runtime/grpc/ can be published by itself: it imports only itself, Node, Connect and protobuf',
  },
  {
    binds: (path) => domainOf(path) !== undefined && !isTestCode(path),
    mayImportFile: (target, path) => target.startsWith(domainOf(path) ?? '') || pureFiles.includes(target),
    mayImportPackage: () => false,
    rule: 'services/<name>/domain/ is pure: it imports only itself and pure files of runtime/',
  },
  {
    binds: (path) => pureFiles.includes(path),
    mayImportFile: (target) => pureFiles.includes(target),
    mayImportPackage: () => false,
    rule: 'the pure files of runtime/ import nothing',
  },
  {
    binds: (path) => serviceOf(path) !== undefined && !isTestCode(path),
    mayImportFile: (target, path) => target.startsWith(serviceOf(path) ?? '') || inside('runtime/', 'gen/')(target),
    mayImportPackage: any,
    rule: 'a service never imports another service, the gateway or the CLI: call its RPCs or consume its events',
  },
  {
    binds: (path) => path.startsWith('gateway/') && !isTestCode(path),
    mayImportFile: inside('gateway/', 'runtime/', 'gen/'),
    mayImportPackage: any,
    rule: 'the gateway never imports a service: it calls services through a transport',
  },
  {
    binds: (path) => path.startsWith('client/') && !isTestCode(path),
    mayImportFile: inside('client/', 'gen/'),
    mayImportPackage: (name) => name in clientDependencies,
    rule: 'client/ is published by itself: it imports only gen/ and the packages that client/package.json depends on',
  },
  {
    binds: (path) => !isTestCode(path) && !path.endsWith('.config.ts'),
    mayImportFile: (target) => !isTestCode(target),
    mayImportPackage: any,
    rule: 'what runs in production imports no test code',
  },
];

const production = new Set(['dependencies', 'optionalDependencies'].flatMap((key) => Object.keys(manifest(key))));

function manifest(key: string): Record<string, string> {
  return JSON.parse(readText('package.json'))[key] ?? {};
}

/** The module names that a file imports or re-exports, types included. */
function importsOf(path: string): string[] {
  const code = withoutComments(readText(path));
  const pattern =
    /^(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...code.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** `@scope/name` or `name` of a module name such as `@scope/name/path`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const imports = [...sources, ...files.filter((path) => path.startsWith('gen/') && path.endsWith('.ts'))].flatMap(
  (path) =>
    importsOf(path).map((specifier) => ({
      path,
      specifier,
      target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined,
    })),
);

describe('imports', () => {
  test.each(boundaries.map((boundary) => [boundary.rule, boundary] as const))('%s', (_, boundary) => {
    const offenders = imports
      .filter(
        ({ path, specifier, target }) =>
          boundary.binds(path) &&
          (target === undefined
            ? !boundary.mayImportPackage(packageOf(specifier))
            : !boundary.mayImportFile(target, path)),
      )
      .map(({ path, specifier }) => `${path} imports ${specifier}`);
    expect(offenders).toEqual([]);
  });

  test('what runs in production imports only packages installed in production', () => {
    const offenders = imports
      .filter(({ path, specifier, target }) => {
        const runs = /^(cli|gateway|gen|runtime|services)\//.test(path) && !isTestCode(path);
        return runs && target === undefined && !specifier.startsWith('node:') && !production.has(packageOf(specifier));
      })
      .map(({ path, specifier }) => `${path} imports ${specifier}`);
    expect(offenders).toEqual([]);
  });
});
