import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  getOption,
  ScalarType,
} from '@bufbuild/protobuf';
import { field as fieldRules, message as messageRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { html } from 'hono/html';
import { FieldBehavior, field_behavior } from '../../gen/google/api/field_behavior_pb.ts';
import { event, field as fieldOptions } from '../../gen/numer/options/v1/options_pb.ts';
import { boundsInWords } from './bounds-in-words.ts';
import { type Html, markUp } from './comment-markup.ts';
import { anchorOf, type Contracts } from './contracts.ts';

/** What the reference calls the behaviours that our contracts use. */
const BEHAVIORS: Readonly<Partial<Record<FieldBehavior, string>>> = {
  [FieldBehavior.REQUIRED]: 'required',
  [FieldBehavior.OUTPUT_ONLY]: 'output only',
  [FieldBehavior.INPUT_ONLY]: 'input only',
  [FieldBehavior.IMMUTABLE]: 'immutable',
  [FieldBehavior.IDENTIFIER]: 'identifier',
};

/** More uses than these are shown on demand. */
const USES_MAX = 6;

/** Describes a message in a section of its own. */
export function messageSection(message: DescMessage, contracts: Contracts): Html {
  return html`<section>
    <h3 id="${anchorOf(message)}">${nameWithin(message)} ${anchorLink(message)}</h3>
    <p class="full">${message.typeName}</p>
    ${markUp(contracts.comments(message), contracts.findAnchor)}
    ${usesOf(message, contracts)}
    ${messageBody(message, contracts)}
  </section>`;
}

/** Describes an event, which is a message with a topic. */
export function eventSection(message: DescMessage, contracts: Contracts): Html {
  const { topic, subject } = getOption(message, event);
  return html`<section>
    <h3 id="${anchorOf(message)}">${topic} ${anchorLink(message)}</h3>
    <p class="full">${message.typeName}</p>
    ${markUp(contracts.comments(message), contracts.findAnchor)}
    <dl><dt>Topic</dt><dd><code>${topic}</code></dd><dt>Subject</dt><dd><code>${subject}</code></dd></dl>
    ${messageBody(message, contracts, true)}
  </section>`;
}

/** Describes an enum. */
export function enumSection(each: DescEnum, contracts: Contracts): Html {
  const rows = each.values.map(
    (value) => html`<tr id="${each.typeName}.${value.name}">
      <th scope="row"><code>${value.name}</code></th>
      <td class="number">${value.number}</td>
      <td>${markUp(contracts.comments(value), contracts.findAnchor)}${deprecation(value.deprecated)}</td>
    </tr>`,
  );
  return html`<section>
    <h4 id="${anchorOf(each)}">${nameWithin(each)} ${anchorLink(each)}</h4>
    ${markUp(contracts.comments(each), contracts.findAnchor)}
    <div class="wide"><table><thead><tr><th>Value</th><th>Number</th><th>Meaning</th></tr></thead><tbody>${rows}</tbody></table></div>
  </section>`;
}

/**
 * The fields of a message, the rules about it as a whole, and the enums in it. The fields of an answer are not marked as output
 * only.
 */
export function messageBody(message: DescMessage, contracts: Contracts, isAnswer = false): Html {
  return html`${message.fields.length === 0 ? html`<p class="empty">No fields.</p>` : fieldTable(message, contracts, isAnswer)}
    ${message.nestedEnums.map((each) => enumSection(each, contracts))}`;
}

function fieldTable(message: DescMessage, contracts: Contracts, isAnswer: boolean): Html {
  const rules = getOption(message, messageRules).cel.map((rule) => html`<li>${rule.message}</li>`);
  return html`<div class="wide"><table>
      <thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead>
      <tbody>${message.fields.map((field) => fieldRow(field, contracts, isAnswer))}</tbody>
    </table></div>${rules.length === 0 ? '' : html`<ul class="rules">${rules}</ul>`}`;
}

/** A link to the section of a type; its name alone for one that is not ours. */
function typeLink(type: DescEnum | DescMessage): Html {
  if (!type.typeName.startsWith('numer.')) return html`<code>${type.typeName}</code>`;
  return html`<a href="#${anchorOf(type)}"><code>${nameWithin(type)}</code></a>`;
}

function fieldRow(field: DescField, { comments, findAnchor }: Contracts, isAnswer: boolean): Html {
  const { name, jsonName, number } = field;
  const { optionalFields } = getOption(field, fieldOptions);
  const facts = [
    ...boundsInWords(field),
    ...(optionalFields.length === 0
      ? []
      : [`${optionalFields.join(' and ')} may be ${isAnswer ? 'empty' : 'left out'} here`]),
    ...(field.oneof === undefined ? [] : [`one of ${field.oneof.fields.map((each) => each.name).join(', ')}`]),
  ];
  return html`<tr id="${anchorOf(field)}">
    <th scope="row"><code>${name}</code>${jsonName === name ? '' : html`<br><code class="json">${jsonName}</code>`}</th>
    <td>${typeOf(field)}<br><span class="number">${number}</span> ${isAnswer ? '' : behaviorOf(field)}</td>
    <td>${markUp(comments(field), findAnchor)}${
      facts.length === 0 ? '' : html`<p class="bounds">${facts.join(' · ')}</p>`
    }${deprecation(field.deprecated)}</td>
  </tr>`;
}

function behaviorOf(field: DescField): Html | string {
  const declared = getOption(field, field_behavior).flatMap((behavior) => BEHAVIORS[behavior] ?? []);
  const words = getOption(field, fieldRules).required ? [...new Set(['required', ...declared])] : declared;
  return words.length === 0 ? '' : html`<span class="behavior">${words.join(', ')}</span>`;
}

function typeOf(field: DescField): Html {
  switch (field.fieldKind) {
    case 'list':
      return html`repeated ${elementType(field)}`;
    case 'map':
      return html`map of <code>${scalarName(field.mapKey)}</code> to ${elementType(field)}`;
    default:
      return field.proto.proto3Optional ? html`optional ${elementType(field)}` : elementType(field);
  }
}

function elementType(field: DescField): Html {
  const type = field.message ?? field.enum;
  return type === undefined ? html`<code>${scalarName(field.scalar ?? ScalarType.STRING)}</code>` : typeLink(type);
}

function scalarName(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}

function userLink(user: DescField | DescMethod): Html {
  const name = user.kind === 'rpc' ? user.name : `${nameWithin(user.parent)}.${user.name}`;
  return html`<a href="#${anchorOf(user)}"><code>${name}</code></a>`;
}

/** `Invoice.State`: the name without the package. */
function nameWithin({ typeName, file }: DescEnum | DescMessage): string {
  return typeName.slice(file.proto.package.length + 1);
}

/** A link from a heading to itself, to be copied. */
export function anchorLink(element: Parameters<typeof anchorOf>[0]): Html {
  return html`<a class="anchor" href="#${anchorOf(element)}" aria-label="Link to ${element.name}">#</a>`;
}

/** Where a message is used. A long list is folded. */
function usesOf(message: DescMessage, { users }: Contracts): Html | string {
  const links = (users.get(message.typeName) ?? []).map(userLink);
  if (links.length === 0) return '';
  if (links.length <= USES_MAX) return html`<p class="uses">In ${separated(links)}</p>`;
  return html`<details class="uses"><summary>In ${links.length} places</summary><p>${separated(links)}</p></details>`;
}

function separated(links: readonly Html[]): (Html | string)[] {
  return links.flatMap((link, index) => (index === 0 ? [link] : [', ', link]));
}

/** The remark on a deprecated element. */
export function deprecation(isDeprecated: boolean): Html | string {
  return isDeprecated ? html`<p class="deprecated">Deprecated.</p>` : '';
}
