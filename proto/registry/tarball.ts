import { constants, gzipSync } from 'node:zlib';

/** A file to pack. */
export interface PackedFile {
  /** Its path in the archive, in ASCII, at most 100 characters. */
  readonly path: string;
  readonly content: Uint8Array;
}

const BLOCK = 512;
const PATH_MAX = 100;

/** Packs files as `.tar.gz` (ustar). The same files give the same bytes: no times, no owners, sorted by path. */
export function packTarball(files: readonly PackedFile[]): Uint8Array {
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const blocks = sorted.flatMap(({ path, content }) => [
    headerOf(path, content.length),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  // Two empty blocks end an archive.
  const packed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: constants.Z_BEST_COMPRESSION });
  // The operating system in the gzip header: 255 is "unknown".
  packed[9] = 255;
  return packed;
}

function headerOf(path: string, size: number): Buffer {
  if (path.length > PATH_MAX) throw new Error(`${path} is longer than the ${PATH_MAX} characters of a tar header`);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  // The checksum is computed as if its own field held spaces.
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
