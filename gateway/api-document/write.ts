/**
 * Writes the OpenAPI document of the REST API: `node gateway/api-document/write.ts gen/openapi.json`. It is written when the contracts
 * change, not when the gateway starts, because it needs their comments, which generated code does not have.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readComments } from '../openapi/comments.ts';
import { createApiDocument } from './create-document.ts';

const IMAGE_BYTES_MAX = 64 * 1024 * 1024;
const root = join(import.meta.dirname, '../..');

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('usage: node gateway/api-document/write.ts <file>');

const image = execFileSync('buf', ['build', '.', '--as-file-descriptor-set', '--output', '-'], {
  cwd: root,
  maxBuffer: IMAGE_BYTES_MAX,
});
// The version of the newest release; the next release gives the document its own.
const { releases } = JSON.parse(readFileSync(join(root, 'proto/releases/index.json'), 'utf8'));
const version: string = releases[0].version;
const document = createApiDocument(version.slice(1), readComments(fromBinary(FileDescriptorSetSchema, image).file));
writeFileSync(target, `${JSON.stringify(document, null, 2)}\n`);
