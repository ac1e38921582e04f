import {
  type DescField,
  type DescMessage,
  getOption,
  hasOption,
  type Message,
  type MessageShape,
} from '@bufbuild/protobuf';
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
  /** Version of the aggregate after the change. It gives the order of events; their arrival does not. */
  readonly version: bigint;
  /** The user whose data this is; undefined when it is nobody's. */
  readonly ownerId: string | undefined;
  /** Who did it: `user:<id>`, `api-key:<id>`, `service:<name>` or `customer:<id>`. */
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
  /** The same message, when it is at hand. It saves decoding the bytes, and must not be changed. */
  readonly message?: Message | undefined;
  /** What is wrong with the envelope, when what arrived could not be read; the rest is then filled in as far as known. */
  readonly problem?: string;
}

/** An event as a consumer gets it, for each type of message it asked for. */
export type ReceivedEvent<Desc extends DescMessage> = Desc extends DescMessage
  ? EventEnvelope & { readonly message: MessageShape<Desc> }
  : never;

/** What the option of an event message says. */
interface EventFacts {
  readonly topic: string;
  /** Names of the properties that lead to the id of the aggregate. */
  readonly subject: readonly string[];
}

const facts = new WeakMap<DescMessage, EventFacts>();

/**
 * The topic of an event message, from its `numer.options.v1.event` option.
 * Throws when the message is not an event, which is a mistake in the contract.
 */
export function topicOf(desc: DescMessage): string {
  return factsOf(desc).topic;
}

/**
 * The id of the aggregate that an event message is about, read along the path its option names. Throws when the path
 * leads to no text or the id is empty.
 */
export function subjectOf(desc: DescMessage, message: Message): string {
  let value: unknown = message;
  for (const name of factsOf(desc).subject) value = isObject(value) ? value[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${desc.typeName} has no id at (numer.options.v1.event).subject`);
}

function factsOf(desc: DescMessage): EventFacts {
  const known = facts.get(desc);
  if (known !== undefined) return known;
  const option = hasOption(desc, eventOption) ? getOption(desc, eventOption) : undefined;
  if (option === undefined || option.topic === '') {
    throw new Error(`${desc.typeName} has no (numer.options.v1.event).topic`);
  }
  const read = { topic: option.topic, subject: propertiesOn(desc, option.subject.split('.')) };
  facts.set(desc, read);
  return read;
}

/** The properties on a path of proto names through messages to a text. Throws when there is no such path. */
function propertiesOn(desc: DescMessage, path: readonly string[]): string[] {
  let message: DescMessage | undefined = desc;
  const properties = path.map((name) => {
    const field: DescField | undefined = message?.fields.find((candidate) => candidate.name === name);
    message = field?.fieldKind === 'message' ? field.message : undefined;
    return field?.localName;
  });
  const found = properties.filter((property) => property !== undefined);
  if (found.length < path.length) {
    throw new Error(`${desc.typeName} has no field at (numer.options.v1.event).subject "${path.join('.')}"`);
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
