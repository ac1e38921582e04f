import type { Interceptor, UnaryRequest } from '@connectrpc/connect';
import { isReadOnly } from '../call/access.ts';
import { HEADER, idempotencyKey, identityKey, replayedAnswerKey } from '../call/call.ts';
import { invalidField } from '../call/errors.ts';
import {
  IDEMPOTENCY_CONSTRAINT,
  type IdempotencyParameters,
  type IdempotencyStore,
  idempotencyParametersOf,
} from '../call/idempotency.ts';
import { inOneOrder } from '../call/in-one-order.ts';
import { violatesUnique } from '../database/postgres-error.ts';
import { encodeMessage } from '../grpc/encode-message.ts';

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

/**
 * Gives a request whose idempotency key was seen before the same answer as then, with `idempotent-replayed: true`. The
 * record is stored by the write statement of the first request. A second request that runs at the same time waits for
 * the first inside that statement, has no effect of its own, and is answered like a later one.
 *
 * Throws IDEMPOTENCY_KEY_REUSED when the key came with another request.
 */
export function replay(store: IdempotencyStore, secret: Uint8Array): Interceptor {
  return (next) => async (request) => {
    const key = request.header.get(HEADER.idempotencyKey);
    if (key === null || request.stream || isReadOnly(request.method)) return next(request);
    const parameters = parametersOf(request, key, secret);
    if (await findAnswer(store, parameters, request)) return next(request);
    request.contextValues.set(idempotencyKey, parameters);
    try {
      return await next(request);
    } catch (error) {
      // The first request may have been answered since. The error of this one then comes from the effect of the first.
      const isAnswered = await findAnswer(store, parameters, request);
      if (isAnswered || violatesUnique(error, IDEMPOTENCY_CONSTRAINT)) return next(request);
      throw error;
    }
  };
}

/**
 * Looks for the answer to the first request and, when there is one, leaves it for the RPC to give: an interceptor that
 * answers by itself would have to know the headers and trailers of each protocol.
 */
async function findAnswer(
  store: IdempotencyStore,
  parameters: IdempotencyParameters,
  request: UnaryRequest,
): Promise<boolean> {
  const message = await store.replay(parameters, request.method.output);
  request.contextValues.set(replayedAnswerKey, message);
  return message !== undefined;
}

function parametersOf(request: UnaryRequest, key: string, secret: Uint8Array): IdempotencyParameters {
  if (!KEY_PATTERN.test(key)) {
    throw invalidField('idempotency-key', 'must be 1 to 255 printable ASCII characters without spaces');
  }
  const identity = request.contextValues.get(identityKey);
  return idempotencyParametersOf(secret, {
    ownerId: identity?.kind === 'user' ? identity.userId : undefined,
    key,
    method: `${request.service.typeName}/${request.method.name}`,
    request: encodeMessage(request.method.input, inOneOrder(request.method.input, request.message)),
  });
}
