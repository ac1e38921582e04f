import { create, fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type ChainEntry,
  ChainEntrySchema,
  ChainProblem_Kind,
  type ChainProblemSchema,
} from '../../gen/numer/activity/v1/activity_chain_pb.ts';
import { type Activity, Activity_ActorType, ActivitySchema } from '../../gen/numer/activity/v1/activity_pb.ts';
import { FieldChangeSchema } from '../../gen/numer/activity/v1/field_change_pb.ts';
import type { ChainProblem } from './chain-check.ts';
import { hexOf } from './entry-hash.ts';
import type { ActivityRow } from './store/list-activities.ts';
import type { ChainRow } from './store/list-chain.ts';

/** The message for a row. */
export function toActivity(row: ActivityRow): Activity {
  return create(ActivitySchema, {
    id: row.id,
    type: row.type,
    invoiceId: row.invoiceId ?? '',
    subjectId: row.subjectId,
    actorId: row.actorId,
    actorType: Activity_ActorType[row.actorType],
    requestId: row.requestId,
    createTime: timestampFromDate(new Date(row.createTime)),
    changes: row.changes.map((change) => fromJson(FieldChangeSchema, change, { ignoreUnknownFields: true })),
    ...(row.address === null ? {} : { address: row.address }),
  });
}

/** The message for an entry of a chain. */
export function toChainEntry({ sequence, hash, activity }: ChainRow): ChainEntry {
  if (activity === undefined) return create(ChainEntrySchema, { sequence, hash: hexOf(hash) });
  return create(ChainEntrySchema, {
    sequence,
    hash: hexOf(hash),
    activity: toActivity(activity),
    invoiceOpened: activity.invoiceOpened,
    salt: activity.salt ?? '',
    addressHash: activity.addressHash === null ? '' : hexOf(activity.addressHash),
    addressSalt: activity.addressSalt ?? '',
  });
}

/** The message for a problem. */
export function toChainProblem(problem: ChainProblem): MessageInitShape<typeof ChainProblemSchema> {
  const { kind, sequence, activityId } = problem;
  return { kind: ChainProblem_Kind[kind], sequence, activityId: activityId ?? '' };
}
