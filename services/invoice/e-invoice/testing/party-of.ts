import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type Party, PartySchema } from '../../../../gen/numer/invoice/v1/invoice_pb.ts';

type Given = MessageInitShape<typeof PartySchema>;

/** The fields of a party; undefined ones are left out. */
export type PartyFields = { readonly [Field in keyof Given]: Given[Field] | undefined };

/** The party with these fields. */
export function partyOf(fields: PartyFields): Party {
  return create(PartySchema, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}
