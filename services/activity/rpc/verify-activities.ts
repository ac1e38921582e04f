import type { ActivityService, VerifyActivitiesRequest } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import { type ChainPosition, type ChainProblem, START } from '../chain-check.ts';
import { toChainProblem } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { hexOf } from '../entry-hash.ts';
import { hasEntry, verifyChain } from '../verify-chain.ts';

/**
 * Most entries that one call checks, which takes a fraction of a second. A long chain does not fit into one call.
 * Stored results of earlier verifications would be of no use, since the entries may have been altered since then. So
 * the caller continues page by page, and the page token, not the database, keeps the hash at which a page ended.
 */
const ENTRIES_MAX = 10_000n;

/** A SHA-256 hash in hexadecimal digits. */
const HASH = /^[0-9a-f]{64}$/;

/** Checks the caller's chain, or the next part of it. */
export const verifyActivities: Rpc<Deps, typeof ActivityService.method.verifyActivities> = async (
  { store, clock },
  request,
  call,
) => {
  const ownerId = call.user.userId;
  const filters = { ownerId, list: 'verification' };
  const after = positionOf(decodePageToken(request.pageToken, filters, [CURSOR_PART.sequence, HASH]));
  const now = clock.now();
  const verification = await verifyChain(store, { ownerId, now, after, entriesMax: ENTRIES_MAX });
  const { position, head, isComplete } = verification;
  const problem = verification.problem ?? (await findSavedHeadProblem(store, ownerId, request));
  return {
    verifiedCount: countVerified(position, problem),
    head: { sequence: head.sequence, hash: head.hash === null || head.sequence === 0n ? '' : hexOf(head.hash) },
    ...(problem === undefined ? {} : { problem: toChainProblem(problem) }),
    nextPageToken:
      isComplete || problem !== undefined
        ? ''
        : encodePageToken([position.sequence.toString(), hexOf(position.hash)], filters),
  };
};

function positionOf([sequence, hash]: readonly string[] = []): ChainPosition {
  if (sequence === undefined || hash === undefined) return START;
  return { sequence: BigInt(sequence), hash: Buffer.from(hash, 'hex') };
}

function countVerified({ sequence }: ChainPosition, problem: ChainProblem | undefined): bigint {
  return problem === undefined || problem.sequence === 0n || problem.sequence > sequence
    ? sequence
    : problem.sequence - 1n;
}

async function findSavedHeadProblem(
  store: Deps['store'],
  ownerId: string,
  { savedSequence: sequence, savedHash }: VerifyActivitiesRequest,
): Promise<ChainProblem | undefined> {
  if (sequence === 0n) return undefined;
  const isThere = await hasEntry(store, ownerId, { sequence, hash: Buffer.from(savedHash, 'hex') });
  return isThere ? undefined : { kind: 'SAVED_HEAD_ALTERED', sequence, activityId: undefined };
}
