import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFileRegistry, type DescFile, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** Root of the checkout, with `buf.yaml`. */
export const ROOT = join(import.meta.dirname, '../..');

/** The folder of our own protos, as in the names of their files. */
const OWN = 'numer/';

/** Contracts as Buf compiles them: our files, with comments and source positions, and their imports. */
export interface Image {
  /** The file that Buf wrote. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Our own files, by name. */
  readonly files: readonly DescFile[];
  readonly registry: FileRegistry;
}

/** Our contracts, and the details of errors: none of ours imports these, since gRPC carries them beside the message. */
const SOURCES = ['proto/numer', 'vendor/google/rpc/error_details.proto'];

/** Compiles the contracts of the checkout. The same contracts give the same bytes. */
export async function buildImage(path: string): Promise<Image> {
  const paths = SOURCES.flatMap((source) => ['--path', source]);
  await promisify(execFile)('buf', ['build', '.', ...paths, '--output', path], { cwd: ROOT });
  return readImage(path);
}

/** Reads an image that was built before. */
export async function readImage(path: string): Promise<Image> {
  const bytes = await readFile(path);
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
  const files = [...registry.files].filter(({ name }) => name.startsWith(OWN));
  return { path, bytes, registry, files: files.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
}
