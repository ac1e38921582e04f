import { describe, expect, test } from 'vitest';
import { files, findLines, isGenerated, isTestCode, readText, sources, withoutComments } from './repository.ts';

const LINES_MAX = 350;
const written = files.filter((path) =>
  /\.(ts|mjs|js|sql|proto|yaml|md|json)$|(^|\/)(Makefile|Dockerfile|run)$/.test(path),
);
const notGenerated = written.filter((path) => !isGenerated(path));

/** `as` for types, not that of imports, of SQL, or of `as const`. */
const typeAssertion = /\bas (unknown|never|object|string|number|bigint|boolean|readonly |keyof |typeof |\{|[A-Z])/;

/** Blanks out import and export clauses, in which `as` renames. */
function withoutClauses(text: string): string {
  const clause = /^(import|export)\s+(type\s+)?(\w+,\s*)?\{[^}]*\}|^import\s+(type\s+)?\* as/gm;
  return text.replaceAll(clause, (found) => found.replaceAll(/[^\n]/g, ' '));
}

/** Removes quoted text within a line, where `as` is a word of a sentence. */
function withoutQuotes(line: string): string {
  return line.replaceAll(/`[^`]*`|"[^"]*"|'[^']*'/g, "''");
}

/** Whether the line, or a comment directly above it, gives a reason. */
function hasReason(lines: readonly string[], index: number): boolean {
  return /\/\/ \S/.test(lines[index] ?? '') || /^\s*(\/\/|\*\/)/.test(lines[index - 1] ?? '');
}

describe('sources', () => {
  test('nothing is left to be done later', () => {
    const marker = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].join('|')})\\b`);
    expect(notGenerated.flatMap((path) => findLines(path, readText(path), marker))).toEqual([]);
  });

  test(`files stay under ${LINES_MAX} lines`, () => {
    const long = notGenerated
      .filter((path) => /\.(ts|mjs|sql)$/.test(path) && !/\.test\.ts$/.test(path))
      .map((path) => ({ path, lines: readText(path).split('\n').length }))
      .filter(({ lines }) => lines > LINES_MAX);
    expect(long).toEqual([]);
  });

  test('a type assertion gives its reason on the line or in a comment above it', () => {
    const bare = sources
      .filter((path) => !isTestCode(path))
      .flatMap((path) => {
        const lines = readText(path).split('\n');
        const code = withoutClauses(withoutComments(readText(path))).split('\n');
        return code.flatMap((line, index) =>
          typeAssertion.test(withoutQuotes(line)) && !hasReason(lines, index)
            ? [`${path}:${index + 1}: ${line.trim()}`]
            : [],
        );
      });
    expect(bare).toEqual([]);
  });

  test('ids with a time in them come from runtime/uuid.ts, which lets them go up also within a millisecond', () => {
    const others = sources
      .filter((path) => !isTestCode(path) && path !== 'runtime/uuid.ts')
      .flatMap((path) => findLines(path, readText(path), /\brandomUUIDv7\b/));
    expect(others).toEqual([]);
  });

  test('every export says in a doc comment what it gives', () => {
    const silent = sources
      .filter((path) => !isTestCode(path) && !/\.config\.ts$/.test(path))
      .flatMap((path) => {
        // A suppression of a lint rule must be directly above the line; the doc comment is above that.
        const lines = readText(path)
          .split('\n')
          .filter((line) => !/^\s*\/\/ biome-ignore/.test(line));
        return lines.flatMap((line, index) =>
          /^export (async |abstract )*(function|const|class|interface|type)\b(?! \{)/.test(line) &&
          !/\*\/\s*$/.test(lines[index - 1] ?? '')
            ? [`${path}: ${line}`]
            : [],
        );
      });
    expect(silent).toEqual([]);
  });

  test('files end in one line break and have no Windows line breaks', () => {
    const untidy = notGenerated.filter((path) => {
      const text = readText(path);
      return text !== '' && (!text.endsWith('\n') || text.endsWith('\n\n') || text.includes('\r'));
    });
    expect(untidy).toEqual([]);
  });
});

describe('writes are one statement', () => {
  // postgres.js tears interactive transactions when a backend is killed: see docs/adr/.
  const interactive =
    /\.transaction\(|\b(sql|db|database|client|connection|tx)\.(begin|reserve|savepoint)\(|\.reserve\(/;
  const migrator = 'runtime/database/migrate.ts';

  test(`no interactive transaction is opened outside ${migrator}`, () => {
    const offenders = sources
      .filter((path) => path !== migrator && !isTestCode(path))
      .flatMap((path) => findLines(path, withoutComments(readText(path)), interactive));
    expect(offenders).toEqual([]);
  });
});
