import { type DescField, type DescMessage, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import type { HttpBody } from './gen/google/api/httpbody_pb.ts';
import { createJsonWriters, type JsonWriterOptions } from './json-writer.ts';
import { isHttpBody, isPlainMessage } from './message-fields.ts';
import type { Route } from './route.ts';

/** How a response message is written. */
export type AnswerWriter = JsonAnswerWriter | RawWriter;

/** Writes a JSON text. */
export interface JsonAnswerWriter {
  readonly kind: 'json';
  readonly write: (message: Message) => string;
  /** The message that is the body; undefined when it is absent, or the body is not a message. */
  readonly bodyOf: (message: Message) => Message | undefined;
  /** The type of that message; undefined when the body is not a message. */
  readonly message: DescMessage | undefined;
}

/** Writes the bytes of a google.api.HttpBody as they are. */
export interface RawWriter {
  readonly kind: 'raw';
  readonly read: (message: Message) => HttpBody | undefined;
}

/** Makes a function that works out how the responses of a route are written, so that no call has to. */
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
    // The descriptor says which property of the generated type holds the field, and that it is a message.
    const bodyOf = (message: Message) => (message as unknown as Record<string, Message | undefined>)[field.localName];
    // As isHttpBody has just checked.
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
