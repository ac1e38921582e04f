import { create, type DescEnum, type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import {
  type FieldRules,
  FieldRulesSchema,
  field as fieldRules,
  Ignore,
  message as messageRules,
  oneof as oneofRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { FieldBehavior } from '../../gen/google/api/field_behavior_pb.ts';
import { allowsEnumNumber, boundsOf, remarksOf } from './bounds.ts';
import type { Comments } from './comments.ts';
import type { Schema } from './document.ts';
import { fieldsOf, hasBehavior, isRequired, isSettable, type OptionalFields, type Use } from './field-behavior.ts';
import { paragraphs, toMarkdown } from './markdown.ts';
import { ownJsonSchema, scalarSchema } from './value-schema.ts';

/** Writes schemas of messages. Each object becomes one component, to which everything else refers. */
export interface Schemas {
  /** The components that were referred to so far, by name. */
  readonly components: Readonly<Record<string, Schema>>;
  /** The schema of a message. `without` are the JSON names of fields that are given elsewhere, e.g. in the path. */
  message(message: DescMessage, use: Use, without?: ReadonlySet<string>): Schema;
  /** The schema of a field's value, with its bounds and its comment. */
  field(field: DescField, use: Use): Schema;
}

const suffixes: Readonly<Record<Use, string>> = { input: 'Input', output: '', patch: 'Patch' };
const nothing: ReadonlySet<string> = new Set();

/** How a message differs here from its usual schema. */
interface Shape {
  /** JSON names of fields that are given elsewhere. */
  readonly without?: ReadonlySet<string>;
  /** Names of required fields that may be left out, and then are empty in an answer. */
  readonly optional?: readonly string[];
}

/** Gives the reference to a component, which is made at the first reference. */
type Refer = (key: string, name: string, make: () => Schema) => Schema;

/**
 * Makes an empty set of schemas.
 *
 * @param optionalFields names of a message's required fields that may be left out where it is the value of the given field
 */
export function createSchemas(comments: Comments, optionalFields: OptionalFields): Schemas {
  const { components, refer } = createStore();

  const message = (desc: DescMessage, use: Use, without = nothing): Schema => {
    const own = ownJsonSchema(desc);
    if (own !== undefined) return own;
    const key = [desc.typeName, use, ...without].join(' ');
    return refer(key, nameFor(desc, use), () => objectSchema(desc, use, { without }));
  };

  /** The schema of a message as the value of a field. It is a separate one where fewer fields are required. */
  const messageOf = (holder: DescField, desc: DescMessage, use: Use): Schema => {
    const optional = use === 'patch' ? [] : optionalFields(holder);
    if (optional.length === 0) return message(desc, use);
    const name = nameFor(holder.parent, use) + pascalCase(holder.name);
    return refer(`${holder} ${use}`, name, () => objectSchema(desc, use, { optional }));
  };

  const objectSchema = (desc: DescMessage, use: Use, { without = nothing, optional = [] }: Shape): Schema => {
    const fields = fieldsOf(desc, use).filter(({ jsonName }) => !without.has(jsonName));
    const mayLeaveOut = ({ name }: DescField) => optional.includes(name);
    const required = fields
      .filter((field) => isAlwaysThere(field, use) && !(use === 'input' && mayLeaveOut(field)))
      .map(({ jsonName }) => jsonName);
    const choices = desc.oneofs.filter((oneof) => oneof.fields.some((field) => fields.includes(field)));
    const exact = choices.find((oneof) => use === 'input' && getOption(oneof, oneofRules).required);
    const remarks = [
      ...choices.map((oneof) => choiceOf(toMarkdown(comments(oneof)), oneof.fields, oneof === exact)),
      ...getOption(desc, messageRules).cel.map((rule) => rule.message),
    ];
    const description = paragraphs(toMarkdown(comments(desc)), ...remarks);
    return {
      type: 'object',
      ...(description === '' ? {} : { description }),
      properties: Object.fromEntries(fields.map((each) => [each.jsonName, fieldSchema(each, use, mayLeaveOut(each))])),
      ...(required.length === 0 ? {} : { required }),
      ...(exact === undefined ? {} : { oneOf: exact.fields.map(({ jsonName }) => ({ required: [jsonName] })) }),
      ...(use === 'output' ? {} : { additionalProperties: false }),
    };
  };

  const element = (desc: DescField, use: Use, rules: FieldRules): Schema => {
    if (desc.message !== undefined)
      return messageOf(desc, desc.message, use === 'patch' && desc.fieldKind !== 'message' ? 'input' : use);
    const schema = desc.enum === undefined ? scalarSchema(desc.scalar) : enumSchema(desc.enum, rules, comments, refer);
    return { ...schema, ...boundsOf(rules, use === 'output') };
  };

  const value = (desc: DescField, use: Use, rules: FieldRules): Schema => {
    const { type } = rules;
    if (desc.fieldKind === 'list') {
      const items = element(desc, use, (type.case === 'repeated' ? type.value.items : undefined) ?? noRules);
      return { type: 'array', items, ...boundsOf(rules, use === 'output') };
    }
    if (desc.fieldKind === 'map') {
      const [keys = noRules, values = noRules] = type.case === 'map' ? [type.value.keys, type.value.values] : [];
      return {
        type: 'object',
        propertyNames: boundsOf(keys, false),
        // In a patch, null removes an entry.
        additionalProperties: use === 'patch' ? orNull(element(desc, use, values)) : element(desc, use, values),
        ...boundsOf(rules, use === 'output'),
      };
    }
    return element(desc, use, rules);
  };

  const fieldSchema = (desc: DescField, use: Use, mayLeaveOut: boolean): Schema => {
    const declared = getOption(desc, fieldRules);
    const rules = mayLeaveOut ? { ...declared, ignore: Ignore.IF_ZERO_VALUE } : declared;
    const schema = value(desc, use, rules);
    const description = paragraphs(toMarkdown(comments(desc)), ...remarksOf(rules));
    return {
      ...(use === 'patch' && !isRequired(desc) ? orNull(schema) : schema),
      ...(description === '' ? {} : { description }),
      ...(use === 'output' && isSettable(desc.parent) && hasBehavior(desc, FieldBehavior.OUTPUT_ONLY)
        ? { readOnly: true }
        : {}),
      ...(use !== 'output' && hasBehavior(desc, FieldBehavior.INPUT_ONLY) ? { writeOnly: true } : {}),
      ...(desc.deprecated ? { deprecated: true } : {}),
    };
  };

  return { components, message, field: (desc, use) => fieldSchema(desc, use, false) };
}

const noRules = create(FieldRulesSchema);

function createStore(): { readonly components: Readonly<Record<string, Schema>>; readonly refer: Refer } {
  const components: Record<string, Schema> = {};
  const names = new Map<string, string>();
  const refer: Refer = (key, name, make) => {
    let taken = names.get(key);
    if (taken === undefined) {
      taken = name;
      for (let number = 2; taken in components; number++) taken = `${name}${number}`;
      names.set(key, taken);
      // Holds the name while the message is described, since the message may contain itself.
      components[taken] = {};
      components[taken] = make();
    }
    return { $ref: `#/components/schemas/${taken}` };
  };
  return { components, refer };
}

function enumSchema(desc: DescEnum, rules: FieldRules, comments: Comments, refer: Refer): Schema {
  const values = desc.values.filter(({ number }) => allowsEnumNumber(rules, number));
  const list = values.map((value) => `- \`${value.jsonName}\`: ${toMarkdown(comments(value))}`);
  const schema: Schema = {
    type: 'string',
    description: paragraphs(toMarkdown(comments(desc)), list.join('\n')),
    enum: values.map(({ jsonName }) => jsonName),
  };
  return values.length < desc.values.length ? schema : refer(desc.typeName, localName(desc), () => schema);
}

/** Whether the field is always there. In an answer, all fields are written except those that can be absent. */
function isAlwaysThere(field: DescField, use: Use): boolean {
  if (use === 'patch') return false;
  if (use === 'input') return isRequired(field) && field.oneof === undefined;
  return (
    field.fieldKind === 'list' || field.fieldKind === 'map' || field.presence === FeatureSet_FieldPresence.IMPLICIT
  );
}

function orNull(schema: Schema): Schema {
  return typeof schema.type === 'string' && schema.enum === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
}

function choiceOf(comment: string, fields: readonly DescField[], isExact: boolean): string {
  const names = fields.map(({ jsonName }) => `\`${jsonName}\``).join(', ');
  return `${comment} ${isExact ? 'Exactly' : 'At most'} one of ${names}.`.trim();
}

function nameFor(desc: DescMessage, use: Use): string {
  return localName(desc) + (desc.name.endsWith('Request') ? '' : suffixes[use]);
}

function pascalCase(name: string): string {
  const camel = protoCamelCase(name);
  return camel.slice(0, 1).toUpperCase() + camel.slice(1);
}

/** Name without package: `BookFormat` for `library.v1.Book.Format`. */
function localName({ typeName, file }: DescEnum | DescMessage): string {
  return typeName.slice(file.proto.package === '' ? 0 : file.proto.package.length + 1).replaceAll('.', '');
}
