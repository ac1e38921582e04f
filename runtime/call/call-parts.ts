import { createHash } from 'node:crypto';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Call } from './call.ts';
import { type IdempotencyStore, idempotencyValues } from './idempotency.ts';

/**
 * Calls that are done in parts, each with a write statement of its own. With an idempotency key, each part has a record besides
 * that of the whole call, so a retry gives the answers of the parts that were done and does the others.
 */

/** One part of a call: what an RPC for it alone would do. */
export interface CallPart<Desc extends DescMessage> {
  /** Unique among the parts of the call, and the same when it is retried. */
  readonly name: string;
  readonly responseSchema: Desc;
  /** Does the part, for a call whose idempotency record is that of the part. */
  run(part: Call): Promise<MessageInitShape<Desc>>;
}

/** Does a part of a call, or gives the answer that it had in an earlier request with the same idempotency key. */
export async function doPart<Desc extends DescMessage>(
  store: IdempotencyStore,
  call: Call,
  { name, responseSchema, run }: CallPart<Desc>,
): Promise<MessageInitShape<Desc> | MessageShape<Desc>> {
  if (call.idempotency === undefined) return run(call.part(undefined));
  const idempotency = { ...call.idempotency, key: partKeyOf(call.idempotency.key, name) };
  const answered = await store.replay(idempotency, responseSchema);
  if (answered !== undefined) return answered;
  try {
    return await run(call.part(idempotency));
  } catch (error) {
    // A concurrent request may have been faster. The error then comes from the effect of that request.
    const overtaken = await store.replay(idempotency, responseSchema);
    if (overtaken !== undefined) return overtaken;
    throw error;
  }
}

/** The answer that a part had in an earlier request with the same idempotency key; undefined when there was none. */
export async function findPart<Desc extends DescMessage>(
  store: IdempotencyStore,
  { idempotency }: Call,
  { name, responseSchema }: Omit<CallPart<Desc>, 'run'>,
): Promise<MessageShape<Desc> | undefined> {
  if (idempotency === undefined) return undefined;
  return store.replay({ ...idempotency, key: partKeyOf(idempotency.key, name) }, responseSchema);
}

/** The key of a part's record. It has a fixed length, and a space, which no key from a caller can have. */
function partKeyOf(key: string, name: string): string {
  return `part ${createHash('sha256').update(`${key} ${name}`).digest('base64url')}`;
}

/** Keeps the answer to a call under its idempotency key, once its parts, if any, are done. Gives the answer. */
export async function keepAnswer<Desc extends DescMessage>(
  store: IdempotencyStore,
  call: Call,
  { schema, answer, now }: { readonly schema: Desc; readonly answer: MessageInitShape<Desc>; readonly now: Date },
): Promise<MessageInitShape<Desc>> {
  if (call.idempotency !== undefined) await store.keep(idempotencyValues(call, schema, answer, now));
  return answer;
}
