import { type DescField, type DescMessage, getOption, hasOption, ScalarType } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { EventOptionsSchema, event } from '../../../gen/numer/options/v1/options_pb.ts';
import { type Category, type Contracts, type Finding, type LintRule, MESSAGE_OPTIONS, type Place } from '../rule.ts';

const EVENTS: Category = { id: 'EVENTS', purpose: 'Checks that every event says where it is published.' };

/** Exactly the messages of `*_events.proto` are events, and each has a topic and a subject. */
export const eventDeclared: LintRule = {
  id: 'EVENT_DECLARED',
  category: EVENTS,
  purpose: 'Checks that the messages of *_events.proto, and no others, declare a topic and a subject.',
  check: (contracts) =>
    messagesOf(contracts).flatMap((message): Finding[] => {
      const isEvent = message.parent === undefined && message.file.name.endsWith('_events');
      if (isEvent) return declarationMistakes(message);
      if (!hasOption(message, event)) return [];
      const text = `"${message.typeName}" declares a topic, but events are top-level messages of a file *_events.proto.`;
      return [{ message: text, place: { element: message, within: [MESSAGE_OPTIONS, event.number] } }];
    }),
};

function declarationMistakes(message: DescMessage): Finding[] {
  if (!hasOption(message, event)) {
    const text = `Event "${message.typeName}" needs (numer.options.v1.event) with topic and subject.`;
    return [{ message: text, place: { element: message } }];
  }
  const { topic, subject } = getOption(message, event);
  const findings: Finding[] = [];
  if (!/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(topic)) {
    const text = `Topic "${topic}" of event "${message.typeName}" is not <noun>.<past participle>, e.g. invoice.sent.`;
    findings.push({ message: text, place: topicPlace(message) });
  }
  if (fieldAt(message, subject)?.scalar !== ScalarType.STRING) {
    const text = `Subject "${subject}" of event "${message.typeName}" names no string field, e.g. invoice.id.`;
    findings.push({ message: text, place: eventPlace(message, EventOptionsSchema.field.subject) });
  }
  return findings;
}

/** The routing key alone identifies the event. */
export const eventTopicUnique: LintRule = {
  id: 'EVENT_TOPIC_UNIQUE',
  category: EVENTS,
  purpose: 'Checks that each topic is that of one event.',
  check: (contracts) => {
    const taken = new Map<string, DescMessage>();
    return messagesOf(contracts).flatMap((message): Finding[] => {
      const { topic } = getOption(message, event);
      const other = taken.get(topic);
      if (topic === '') return [];
      if (other === undefined) {
        taken.set(topic, message);
        return [];
      }
      const text = `Topic "${topic}" of event "${message.typeName}" is already that of "${other.typeName}".`;
      return [{ message: text, place: topicPlace(message) }];
    });
  },
};

/** Every message of the checked files, nested ones included. */
export function messagesOf({ files }: Contracts): DescMessage[] {
  return files.flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind === 'message'));
}

/** The place of an event's topic. */
export function topicPlace(message: DescMessage): Place {
  return eventPlace(message, EventOptionsSchema.field.topic);
}

/** The place of a field in an event's options. */
export function eventPlace(element: DescMessage, field: { readonly number: number }): Place {
  return { element, within: [MESSAGE_OPTIONS, event.number, field.number] };
}

/** The field that a dotted path such as `invoice.id` names. */
function fieldAt(message: DescMessage, path: string): DescField | undefined {
  const [name = '', ...rest] = path.split('.');
  const field = message.fields.find((candidate) => candidate.name === name);
  if (rest.length === 0) return field?.fieldKind === 'scalar' ? field : undefined;
  return field?.fieldKind === 'message' ? fieldAt(field.message, rest.join('.')) : undefined;
}
