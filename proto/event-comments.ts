import { type DescMessage, getOption } from '@bufbuild/protobuf';
import { event } from '../gen/numer/options/v1/options_pb.ts';
import type { Image } from './registry/image.ts';
import { type Element, fileOf, sourcePathOf } from './source-path.ts';

/** All events of the contracts, in the order of their topics. */
export function eventsOf(contracts: Image): DescMessage[] {
  return contracts.files
    .flatMap((file) => file.messages)
    .filter((message) => topicOf(message) !== '')
    .toSorted((one, other) => (topicOf(one) < topicOf(other) ? -1 : 1));
}

/** The topic of an event; empty for a message that is not an event. */
export function topicOf(message: DescMessage): string {
  return getOption(message, event).topic;
}

/** The comment above an element, in one line. */
export function commentOf(element: Element): string {
  const path = sourcePathOf(element).join();
  const locations = fileOf(element).proto.sourceCodeInfo?.location ?? [];
  const comment = locations.find((location) => location.path.join() === path)?.leadingComments ?? '';
  return comment.trim().replaceAll(/\s+/g, ' ');
}
