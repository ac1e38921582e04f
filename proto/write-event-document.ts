/**
 * `make generate`: writes docs/events.md. `node proto/write-event-document.ts <target>`. Keeps the part above the
 * generated one.
 */
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderEventDocument } from './event-document.ts';
import { buildImage, ROOT } from './registry/image.ts';

const document = join(ROOT, 'docs/events.md');
const target = process.argv[2] ?? document;

await using scratch = await mkdtempDisposable(join(tmpdir(), 'numer-contracts-'));
const contracts = await buildImage(join(scratch.path, 'image.binpb'));
await writeFile(target, renderEventDocument(await readFile(document, 'utf8'), contracts));
