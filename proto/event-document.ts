import { type DescField, type DescMessage, getOption, ScalarType } from '@bufbuild/protobuf';
import { SERVICES } from '../cli/services.ts';
import { event } from '../gen/numer/options/v1/options_pb.ts';
import { commentOf, eventsOf, topicOf } from './event-comments.ts';
import type { Image } from './registry/image.ts';
import { fileOf } from './source-path.ts';

const BEGIN = '<!-- Everything below is generated from the protos: make generate -->';

/**
 * Writes the events into the document about them, below the line that begins the generated part.
 *
 * @param document the present document; the part above that line is kept
 * @throws Error when the document has no such line
 */
export function renderEventDocument(document: string, contracts: Image): string {
  const end = document.indexOf(BEGIN);
  if (end === -1) throw new Error(`docs/events.md has lost the line ${BEGIN}`);
  const events = eventsOf(contracts);
  const rows = events.map((message) => {
    const topic = `[\`${topicOf(message)}\`](#${anchorOf(topicOf(message))})`;
    return `| ${topic} | ${whenOf(message)} | ${webhooksOf(message)} | ${consumersOf(message)} |`;
  });
  const table = ['| topic | when | webhooks | consumed by |', '|---|---|---|---|', ...rows];
  return [document.slice(0, end) + BEGIN, '', '## All events', '', ...table, '', ...events.flatMap(sectionOf)].join(
    '\n',
  );
}

function sectionOf(message: DescMessage): string[] {
  const file = fileOf(message).proto.name;
  const facts = [
    `- message: \`${message.typeName}\`, in [${file}](../proto/${file})`,
    `- subject: \`${getOption(message, event).subject}\``,
    `- published by: ${publisherOf(message)}`,
    `- consumed by: ${consumersOf(message)}`,
  ];
  const rows = message.fields.map((field) => `| \`${field.name}\` | ${typeOf(field)} | ${commentOf(field)} |`);
  const table = ['| field | type | meaning |', '|---|---|---|', ...rows];
  return [`### ${topicOf(message)}`, '', commentOf(message), '', ...facts, '', ...table, ''];
}

/** How GitHub names the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading.replaceAll(/[^a-z0-9-]/g, '');
}

/** The first sentence of the comment. */
function whenOf(message: DescMessage): string {
  return commentOf(message).replace(/(?<=\.)\s.*$/, '');
}

function publisherOf(message: DescMessage): string {
  const publisher = SERVICES.find(({ events }) => events.some((file) => file.name === message.file.name));
  if (publisher === undefined) throw new Error(`no service says that it publishes ${message.typeName}`);
  return publisher.name;
}

function consumersOf({ typeName }: DescMessage): string {
  const consumers = SERVICES.filter((service) =>
    service.consumers.some((consumer) => consumer.events.some((consumed) => consumed.typeName === typeName)),
  );
  return consumers.map(({ name }) => name).join(', ') || 'nobody';
}

/** Whether webhooks can get the event. */
function webhooksOf(message: DescMessage): string {
  return getOption(message, event).withoutWebhooks ? 'no' : 'yes';
}

function typeOf(field: DescField): string {
  const repeated = field.fieldKind === 'list' ? 'repeated ' : '';
  if (field.fieldKind === 'map') throw new Error(`teach proto/event-document.ts to write the map ${field}`);
  if (field.message) return `${repeated}\`${field.message.typeName}\``;
  if (field.enum) return `${repeated}\`${field.enum.typeName}\``;
  return `${repeated}${ScalarType[field.scalar].toLowerCase()}`;
}
