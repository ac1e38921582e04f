import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** A Markdown table. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (rows.some((row) => /^[\d.]+x?$/.test(row[index] ?? '')) ? '--:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Prints tables, and writes them with their data to `<folder>/<date>-<name>.md` and `.json`. */
export function writeResults(folder: string, name: string, results: object, tables: string): void {
  const date = new Date().toISOString();
  const processors = cpus();
  const machine = `${processors.length} x ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB`;
  const text = `# make bench: ${name}, ${date.slice(0, 10)}\n\n${machine}, Node ${process.versions.node}\n\n${tables}\n`;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${date.slice(0, 19).replaceAll(':', '-')}-${name}`);
  writeFileSync(`${path}.md`, text);
  writeFileSync(`${path}.json`, JSON.stringify({ date, machine, ...results }, mapsAsObjects, 1));
  process.stdout.write(`${text}\nWritten to ${path}.md and .json\n`);
}

function mapsAsObjects(_name: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
