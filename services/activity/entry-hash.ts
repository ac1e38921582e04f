import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './domain/canonical-json.ts';
import type { ChainedActivity, ChainRow } from './store/list-chain.ts';

/** The previous hash of the first entry of a chain. */
export const NO_HASH: Uint8Array = new Uint8Array(32);

/** The version of the encoding below. */
const VERSION = 1;

/**
 * The hash of an entry: SHA-256 of the previous entry's hash and the canonical JSON of its content (docs/audit.md).
 *
 * Undefined when it cannot be computed: the activity is gone, or this version does not know the entry's encoding.
 */
export function entryHash(ownerId: string, row: ChainRow, previousHash: Uint8Array): Uint8Array | undefined {
  if (row.version !== VERSION) return undefined;
  const common = { ownerId, sequence: row.sequence.toString(), version: row.version.toString() };
  if (row.activityId !== null) {
    return row.activity && chained(previousHash, { ...common, ...activityContent(row.activity) });
  }
  return chained(previousHash, {
    ...common,
    erasedHash: row.erasedHash === null ? undefined : hexOf(row.erasedHash),
    erasedTo: row.erasedTo?.toString(),
  });
}

/** The commitment to an address: SHA-256 of its salt, a space and the address. */
export function addressHash(salt: string, address: string): Uint8Array {
  return createHash('sha256').update(`${salt} ${address}`).digest();
}

/** Bytes as hexadecimal digits, in lower case. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Whether both hashes exist and are equal. */
export function isSameHash(one: Uint8Array | null | undefined, other: Uint8Array | null | undefined): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array && Buffer.compare(one, other) === 0;
}

function chained(previousHash: Uint8Array, content: Json): Uint8Array {
  return createHash('sha256').update(previousHash).update(canonicalJson(content)).digest();
}

/**
 * The time in UTC, always with three decimals. A text that is not a valid date, which nobody can have recorded, stays
 * as it is.
 */
function isoTimeOf(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

function activityContent(activity: ChainedActivity) {
  const { id, type, invoiceOpened, ownerId, subjectId, actorType, actorId, requestId, changes } = activity;
  return {
    actorId,
    actorType,
    addressHash: activity.addressHash === null ? undefined : hexOf(activity.addressHash),
    changes,
    createTime: isoTimeOf(activity.createTime),
    id,
    invoiceId: activity.invoiceId ?? undefined,
    invoiceOpened,
    ownerId,
    requestId,
    salt: activity.salt ?? undefined,
    subjectId,
    type,
  };
}
