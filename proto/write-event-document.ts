/** `make generate`: writes docs/events.md. `node proto/write-event-document.ts <target>`; what is above its generated part is kept. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderEventDocument } from './event-document.ts';
import { buildImage, ROOT } from './registry/image.ts';

const document = join(ROOT, 'docs/events.md');
const target = process.argv[2] ?? document;

const scratch = await mkdtemp(join(tmpdir(), 'numer-contracts-'));
try {
  const contracts = await buildImage(join(scratch, 'image.binpb'));
  await writeFile(target, renderEventDocument(await readFile(document, 'utf8'), contracts));
} finally {
  await rm(scratch, { recursive: true });
}
