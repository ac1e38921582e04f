import { type DescField, type DescMessage, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import type { HttpBody } from './gen/google/api/httpbody_pb.ts';
import { createJsonWriters, type JsonWriterOptions } from './json-writer.ts';
import { isHttpBody, isPlainMessage } from './message-fields.ts';
import type { Route } from './route.ts';

/** What a response message is written as. */
export type AnswerWriter = JsonAnswerWriter | RawWriter;

/** A JSON text. */
export interface JsonAnswerWriter {
  readonly kind: 'json';
  readonly write: (message: Message) => string;
  /** The message that is the body; undefined when it is absent, or the body is no message. */
  readonly bodyOf: (message: Message) => Message | undefined;
  /** Its type; undefined when the body is no message. */
  readonly message: DescMessage | undefined;
}

/** google.api.HttpBody: the bytes as they are. */
export interface RawWriter {
  readonly kind: 'raw';
  readonly read: (message: Message) => HttpBody | undefined;
}

/** Makes what works out how the responses of a route are written, so that a call only has to do it. */
export function createAnswerWriters(options: JsonWriterOptions): (route: Route) => AnswerWriter {
  const jsonWriterOf = createJsonWriters(options);
  return ({ responseBody: field, rpc }) => {
    if (field === undefined) {
      // A message of this type name has these fields.
      if (isHttpBody(rpc.output)) return { kind: 'raw', read: (message) => message as HttpBody };
      return { kind: 'json', write: jsonWriterOf(rpc.output), bodyOf: (message) => message, message: rpc.output };
    }
    if (!isPlainMessage(field) || field.oneof !== undefined) {
      const write = (message: Message) => JSON.stringify(memberOf(toJson(rpc.output, message, options), field));
      return { kind: 'json', write, bodyOf: () => undefined, message: undefined };
    }
    const { message: inner } = field;
    // The descriptor says under which property the generated type has the field, and that it is a message.
    const bodyOf = (message: Message) => (message as unknown as Record<string, Message | undefined>)[field.localName];
    // As isHttpBody has just told.
    if (isHttpBody(inner)) return { kind: 'raw', read: (message) => bodyOf(message) as HttpBody | undefined };
    const writeInner = jsonWriterOf(inner);
    const write = (message: Message) => {
      const body = bodyOf(message);
      return body === undefined ? 'null' : writeInner(body);
    };
    return { kind: 'json', write, bodyOf, message: inner };
  };
}

function memberOf(json: JsonValue, field: DescField): JsonValue {
  // A message that is not a well-known type is an object in JSON.
  const value = (json as Record<string, JsonValue | undefined>)[field.jsonName];
  return value ?? (field.fieldKind === 'list' ? [] : field.fieldKind === 'map' ? {} : null);
}
