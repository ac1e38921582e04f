import { type DescMessage, fromJson, type JsonValue, type MessageShape, toJsonString } from '@bufbuild/protobuf';
import { customType } from 'drizzle-orm/pg-core';

/**
 * A message as a `jsonb` column: its proto3 JSON, in which amounts are text and so exact. A field that a later version
 * of the contract adds is missing from older rows and reads as its default.
 */
export const messageJson = <Desc extends DescMessage>(schema: Desc, name: string) =>
  customType<{ data: MessageShape<Desc>; driverData: string }>({
    dataType: () => 'jsonb',
    toDriver: (message) => toJsonString(schema, message),
    // The driver has parsed the JSON, which toDriver wrote.
    fromDriver: (json) => fromJson(schema, json as JsonValue, { ignoreUnknownFields: true }),
  })(name);
