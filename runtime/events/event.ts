import { type DescMessage, getOption, hasOption, type Message, type MessageShape } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { event as eventOption } from '../../gen/numer/options/v1/options_pb.ts';

/** What is known of an event besides its message: the attributes of a CloudEvent. */
export interface EventEnvelope {
  /** UUIDv7, made by the service that wrote the event; the key by which consumers recognise a repeat. */
  readonly id: string;
  /** Full name of the message, e.g. `numer.invoice.v1.InvoiceSent`. */
  readonly type: string;
  /** Where it is published, e.g. `invoice.sent`; the routing key. */
  readonly topic: string;
  /** Name of the service that wrote it. */
  readonly source: string;
  /** Id of the aggregate that changed. */
  readonly subject: string;
  /** Version of the aggregate after the change; order is kept by it, not by the arrival. */
  readonly version: bigint;
  /** The user whose data this is; undefined when it is nobody's. */
  readonly ownerId: string | undefined;
  /** Who did it: `user:<id>`, `api-key:<id>` or `service:<name>`. */
  readonly actor: string;
  /** The request it came from. */
  readonly requestId: string;
  /** IP address that the request came from; undefined when none did, or its address is not known. */
  readonly callerAddress: string | undefined;
  /** W3C trace context, when the request was traced. */
  readonly traceparent: string | undefined;
  /** When it happened, by the writing service's clock. */
  readonly time: Date;
}

/** An event as it travels: its envelope, and its message as protobuf bytes. */
export interface WireEvent extends EventEnvelope {
  readonly body: Uint8Array;
  /** What is wrong with the envelope, when what arrived could not be read; the rest is then filled in as far as known. */
  readonly problem?: string;
}

/** An event as a consumer gets it, for each type of message it asked for. */
export type ReceivedEvent<Desc extends DescMessage> = Desc extends DescMessage
  ? EventEnvelope & { readonly message: MessageShape<Desc> }
  : never;

/**
 * The topic of an event message, from its `numer.options.v1.event` option.
 * Throws when the message is not an event, which is a mistake in the contract.
 */
export function topicOf(desc: DescMessage): string {
  const topic = hasOption(desc, eventOption) ? getOption(desc, eventOption).topic : '';
  if (topic === '') throw new Error(`${desc.typeName} has no (numer.options.v1.event).topic`);
  return topic;
}

/**
 * The id of the aggregate an event message tells of, read along the path its option names.
 * Throws when the path leads to no text or the id is empty.
 */
export function subjectOf(desc: DescMessage, message: Message): string {
  const path = getOption(desc, eventOption).subject.split('.');
  let current = reflect(desc, message);
  for (const [depth, name] of path.entries()) {
    const field = current.desc.fields.find((candidate) => candidate.name === name);
    if (field?.fieldKind === 'message' && depth < path.length - 1) {
      current = current.get(field);
    } else if (field?.fieldKind === 'scalar' && depth === path.length - 1) {
      const value = current.get(field);
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  throw new Error(`${desc.typeName} has no id at (numer.options.v1.event).subject "${path.join('.')}"`);
}
