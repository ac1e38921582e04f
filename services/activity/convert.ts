import { fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Activity_ActorType, type ActivitySchema } from '../../gen/numer/activity/v1/activity_pb.ts';
import { FieldChangeSchema } from '../../gen/numer/activity/v1/field_change_pb.ts';
import type { ActivityRow } from './store/list-activities.ts';

/** The message for a row. */
export function toActivity(row: ActivityRow): MessageInitShape<typeof ActivitySchema> {
  return {
    id: row.id,
    type: row.type,
    invoiceId: row.invoiceId ?? '',
    subjectId: row.subjectId,
    actorId: row.actorId,
    actorType: Activity_ActorType[row.actorType],
    requestId: row.requestId,
    createTime: timestampFromDate(new Date(row.createTime)),
    changes: row.changes.map((change) => fromJson(FieldChangeSchema, change, { ignoreUnknownFields: true })),
  };
}
