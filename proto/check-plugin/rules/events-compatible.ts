import { type DescMessage, getOption, hasOption } from '@bufbuild/protobuf';
import { EventOptionsSchema, event } from '../../../gen/numer/options/v1/options_pb.ts';
import { type BreakingRule, type Category, type Contracts, type Finding, MESSAGE_OPTIONS } from '../rule.ts';
import { eventPlace, messagesOf, topicPlace } from './events.ts';

const EVENTS_COMPATIBLE: Category = {
  id: 'EVENTS_COMPATIBLE',
  purpose: 'Checks that consumers keep getting the events that they know.',
};

/**
 * Events wait in queues, outboxes and dead letters while both sides are deployed. Bindings of routing keys stay for
 * good.
 */
export const eventSame: BreakingRule = {
  id: 'EVENT_SAME',
  category: EVENTS_COMPATIBLE,
  purpose: 'Checks that no event is removed and that topics and subjects stay.',
  compare: (contracts, former) =>
    messagesOf(former)
      .filter((was) => hasOption(was, event))
      .flatMap((was) => compareEvent(was, contracts)),
};

function compareEvent(was: DescMessage, { registry }: Contracts): Finding[] {
  const is = registry.getMessage(was.typeName);
  const formerPlace = { element: was, within: [MESSAGE_OPTIONS, event.number] };
  if (is === undefined || !hasOption(is, event)) {
    const message = `Event "${was.typeName}" with topic "${getOption(was, event).topic}" was removed.`;
    const element = is ?? registry.getFile(was.file.proto.name);
    return [{ message, place: element && { element }, formerPlace }];
  }
  const [before, after] = [getOption(was, event), getOption(is, event)];
  const findings: Finding[] = [];
  if (before.topic !== after.topic) {
    const message = `The topic of event "${is.typeName}" changed from "${before.topic}" to "${after.topic}".`;
    findings.push({ message, place: topicPlace(is), formerPlace });
  }
  if (before.subject !== after.subject) {
    const message = `The subject of event "${is.typeName}" changed from "${before.subject}" to "${after.subject}".`;
    findings.push({ message, place: eventPlace(is, EventOptionsSchema.field.subject), formerPlace });
  }
  return findings;
}
