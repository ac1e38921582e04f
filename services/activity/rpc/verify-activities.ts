import type { ActivityService, VerifyActivitiesRequest } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import { type ChainPosition, type ChainProblem, START } from '../chain-check.ts';
import { toChainProblem } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { hexOf } from '../entry-hash.ts';
import { hasEntry, verifyChain } from '../verify-chain.ts';

/**
 * Most entries that one call checks: a fraction of a second. A chain may be much longer than a call may take, and remembering
 * what was found before would be of no use, since it may have been altered after that. So the caller goes on from page to
 * page, and the page token, not the database, keeps the hash at which one ends.
 */
const ENTRIES_MAX = 10_000n;

/** Hexadecimal digits. */
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
