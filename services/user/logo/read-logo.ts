import type { HttpBody } from '../../../gen/google/api/httpbody_pb.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { isJpeg, readJpeg } from './read-jpeg.ts';
import { isPng, readPng } from './read-png.ts';

/** A picture that every program shows and that can be printed, in a file that holds nothing else. */
export interface LogoFile {
  readonly contentType: 'image/png' | 'image/jpeg';
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly data: Uint8Array;
}

/** What to do about files of other types. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['image/svg+xml', ': save this one as PNG'],
  ['multipart/form-data', ' itself, not inside a form'],
]);

/** The type of a file, by the type that it is sent as. */
const NAMES: Readonly<Record<string, LogoFile['contentType']>> = {
  'image/png': 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg', // not registered with IANA, but in use
};

/**
 * The picture of a file that a user sent, checked as a whole, without anything else that was in it.
 *
 * @throws DomainError INVALID_ARGUMENT saying what is wrong with it.
 */
export async function readLogo({ contentType, data }: HttpBody): Promise<LogoFile> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const type = contentType.toLowerCase().split(';', 1).join().trim();
  const logo = isPng(bytes) ? await readPng(bytes) : isJpeg(bytes) ? readJpeg(bytes) : undefined;
  if (logo === undefined) throw invalidField('file', `must be a PNG or JPEG file${HINTS.get(type) ?? ''}`);
  if (type.startsWith('image/') && NAMES[type] !== logo.contentType) {
    throw invalidField('file', `must be sent as ${logo.contentType}, since that is what it is`);
  }
  return logo;
}
