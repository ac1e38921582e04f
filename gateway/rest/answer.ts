import {
  type DescField,
  type DescMessage,
  type JsonValue,
  type Message,
  type Registry,
  toJson,
} from '@bufbuild/protobuf';
import type { HttpBody } from './gen/google/api/httpbody_pb.ts';
import { isPlainMessage } from './message-fields.ts';
import type { Route } from './route.ts';

/** How answers are written. */
export interface WriteOptions {
  /** Whether fields with their default value are written as well. */
  readonly alwaysEmitImplicit: boolean;
  /** The messages that a google.protobuf.Any can hold. */
  readonly registry: Registry | undefined;
}

/** What a response message is written as. */
export type AnswerWriter =
  | {
      readonly kind: 'json';
      readonly write: (message: Message) => JsonValue;
      readonly message: DescMessage | undefined;
    }
  | RawWriter;

/** google.api.HttpBody: the bytes as they are. */
export interface RawWriter {
  readonly kind: 'raw';
  readonly read: (message: Message) => HttpBody | undefined;
}

/** Works out how the responses of a route are written, so that a call only has to do it. */
export function createWriter(route: Route, options: WriteOptions): AnswerWriter {
  const { responseBody: field, rpc } = route;
  if (field === undefined) {
    if (isHttpBody(rpc.output)) {
      // A message of this type name has these fields.
      return { kind: 'raw', read: (message) => message as HttpBody };
    }
    return { kind: 'json', write: (message) => toJson(rpc.output, message, options), message: rpc.output };
  }
  if (!isPlainMessage(field) || field.oneof !== undefined) {
    const write = (message: Message) => memberOf(toJson(rpc.output, message, options), field);
    return { kind: 'json', write, message: undefined };
  }
  const { message: inner } = field;
  // The descriptor says under which property the generated type has the field, and that it is a message.
  const read = (message: Message) => (message as unknown as Record<string, Message | undefined>)[field.localName];
  if (isHttpBody(inner)) {
    // As isHttpBody has just told.
    return { kind: 'raw', read: (message) => read(message) as HttpBody | undefined };
  }
  const write = (message: Message) => {
    const value = read(message);
    return value === undefined ? null : toJson(inner, value, options);
  };
  return { kind: 'json', write, message: inner };
}

function isHttpBody(message: DescMessage): boolean {
  return message.typeName === 'google.api.HttpBody';
}

function memberOf(json: JsonValue, field: DescField): JsonValue {
  // A message that is not a well-known type is an object in JSON.
  const value = (json as Record<string, JsonValue | undefined>)[field.jsonName];
  return value ?? (field.fieldKind === 'list' ? [] : field.fieldKind === 'map' ? {} : null);
}
