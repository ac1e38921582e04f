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

/** Of what the file's type is told as. */
const NAMES: Readonly<Record<string, LogoFile['contentType']>> = {
  'image/png': 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg', // no type of IANA, and used all the same
};

/**
 * The picture of a file that a user sent, checked as a whole, without what else was in it.
 *
 * @throws DomainError INVALID_ARGUMENT saying what is wrong with it.
 */
export async function readLogo({ contentType, data }: HttpBody): Promise<LogoFile> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const logo = await readImage(bytes);
  const [declared = ''] = contentType.toLowerCase().split(';');
  if (declared.trim().startsWith('image/') && NAMES[declared.trim()] !== logo.contentType) {
    throw invalidField('file', `must be sent as ${logo.contentType}, which it is`);
  }
  return logo;
}

async function readImage(bytes: Buffer): Promise<LogoFile> {
  if (isPng(bytes)) return await readPng(bytes);
  if (isJpeg(bytes)) return readJpeg(bytes);
  throw invalidField('file', 'must be a PNG or JPEG file');
}
