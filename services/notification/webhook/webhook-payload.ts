import { type DescMessage, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import type { EventEnvelope } from '../../../runtime/events/event.ts';

/**
 * The body that is posted for an event. Its message is as the gateway would write it, with fields that are zero or empty. This
 * text is stored, so that it is the same at each attempt.
 */
export function payloadOf(event: EventEnvelope, desc: DescMessage, message: Message): string {
  const data = toJson(desc, message, { alwaysEmitImplicit: true });
  return writePayload({ id: event.id, type: event.topic, time: event.time, data });
}

/** Type of the event that a user asks for to try an endpoint. */
export const TEST_TYPE = 'webhook.test';

/** The body of a test event. */
export function testPayload(id: string, endpointId: string, time: Date): string {
  return writePayload({ id, type: TEST_TYPE, time, data: { webhookEndpointId: endpointId } });
}

function writePayload(payload: {
  readonly id: string;
  readonly type: string;
  readonly time: Date;
  readonly data: JsonValue;
}): string {
  return JSON.stringify(payload);
}
