import { hkdfSync, timingSafeEqual } from 'node:crypto';
import type { LinkedKind } from '../domain/mail-link.ts';

/** A document that a link leads to. */
export interface DocumentReference {
  readonly kind: LinkedKind;
  readonly ownerId: string;
  readonly documentId: string;
}

/** A token as somebody sent it. It is valid only if its tag is that of the link. */
export interface ClaimedToken {
  readonly document: DocumentReference;
  readonly tag: Uint8Array;
}

/** The kinds by their number in tokens, which never changes. */
const KINDS: readonly LinkedKind[] = ['INVOICE', 'QUOTE', 'CREDIT_NOTE'];

const UUID_BYTES = 16;

/** 144 bits: nobody can guess them, and together with the bytes before them they fill base64url without padding. */
const TAG_BYTES = 18;

const TOKEN = /^[A-Za-z0-9_-]{68}$/;

/**
 * The token of a link at this version: which document it leads to, and a tag that can only be made with the key. `key` is the same for
 * all links, and kept apart from the database.
 */
export function linkTokenOf(key: Uint8Array, document: DocumentReference, version: bigint): string {
  const parts = [
    Buffer.of(KINDS.indexOf(document.kind)),
    bytesOfUuid(document.ownerId),
    bytesOfUuid(document.documentId),
    tagOf(key, document, version),
  ];
  return Buffer.concat(parts).toString('base64url');
}

/** What a token says; undefined when it cannot be that of a link. */
export function readLinkToken(token: string): ClaimedToken | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const kind = KINDS[bytes.readUInt8(0)];
  if (kind === undefined) return undefined;
  const ownerId = uuidOf(bytes, 1);
  const documentId = uuidOf(bytes, 1 + UUID_BYTES);
  return { document: { kind, ownerId, documentId }, tag: bytes.subarray(1 + 2 * UUID_BYTES) };
}

/** Whether a token is that of its link at this version. */
export function isTokenOf(key: Uint8Array, { document, tag }: ClaimedToken, version: bigint): boolean {
  return timingSafeEqual(tag, tagOf(key, document, version));
}

/** Derives a tag by HKDF-SHA256 (RFC 5869), for a purpose of its own. */
function tagOf(key: Uint8Array, { kind, ownerId, documentId }: DocumentReference, version: bigint): Uint8Array {
  const purpose = `numer document link ${kind} ${ownerId} ${documentId} ${version}`;
  return new Uint8Array(hkdfSync('sha256', key, '', purpose, TAG_BYTES));
}

function bytesOfUuid(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function uuidOf(bytes: Buffer, start: number): string {
  return bytes.toString('hex', start, start + UUID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
