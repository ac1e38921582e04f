import { isDeepStrictEqual } from 'node:util';
import {
  create,
  type DescField,
  type DescMessage,
  getOption,
  hasOption,
  type MessageShape,
  ScalarType,
} from '@bufbuild/protobuf';
import { type ReflectMap, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import type { FieldMask } from '@bufbuild/protobuf/wkt';
import { FieldBehavior, field_behavior } from '../../gen/google/api/field_behavior_pb.ts';
import { copyMessage } from '../grpc/copy-message.ts';
import { invalidField } from './errors.ts';

/** Path of the mask within an update request, for its violations. */
const MASK_FIELD = 'update_mask';

/**
 * The resource as an update asks for it (AIP-134): each field that the mask names is taken from `change`, or cleared
 * when `change` does not have it; all others stay. Paths are in proto names and may lead into a message, as in
 * `address.city`, or to one entry of a map: in `metadata.project.name`, `project.name` is the key. Output-only fields
 * stay as they are, so that what was read can be sent back. An empty mask changes nothing. The result shares no message
 * with `present` and still has to be validated as a whole.
 *
 * @throws DomainError INVALID_ARGUMENT when there is no mask, or it names a field that the resource does not have.
 */
export function applyUpdateMask<Desc extends DescMessage>(
  schema: Desc,
  present: MessageShape<Desc>,
  change: MessageShape<Desc> | undefined,
  mask: FieldMask | undefined,
): MessageShape<Desc> {
  if (mask === undefined) throw invalidField(MASK_FIELD, 'must name the fields to change');
  const result = copyMessage(present);
  const target = reflect(schema, result);
  const source = reflect(schema, change ?? create(schema));
  for (const path of mask.paths) {
    if (!take(target, source, path.split('.'))) {
      throw invalidField(MASK_FIELD, `names "${path.slice(0, 100)}", which is not a field of ${schema.name}`);
    }
  }
  return result;
}

/**
 * The JSON names of the fields that the mask names, at the first step of its paths, and whose value the update changes.
 * So what was read can be sent back as a whole.
 */
export function changedFields<Desc extends DescMessage>(
  schema: Desc,
  before: MessageShape<Desc>,
  after: MessageShape<Desc>,
  mask: FieldMask | undefined,
): string[] {
  const named = new Set(mask?.paths.map((path) => path.split('.', 1)[0]));
  const [old, updated] = [before, after].map((message): Readonly<Record<string, unknown>> => ({ ...message }));
  return schema.fields
    .filter(({ name, localName }) => named.has(name) && !isDeepStrictEqual(old?.[localName], updated?.[localName]))
    .map(({ localName }) => localName);
}

/** Takes over one path; false when there is no such field. */
function take(target: ReflectMessage, source: ReflectMessage, [name, ...rest]: readonly string[]): boolean {
  const field = target.desc.fields.find((candidate) => candidate.name === name);
  if (field === undefined) return false;
  if (isOutputOnly(field)) return true;
  if (rest.length === 0) {
    if (!source.isSet(field)) target.clear(field);
    else if (field.fieldKind === 'message') target.set(field, withPresentOutput(source.get(field), target.get(field)));
    else target.set(field, source.get(field));
    return true;
  }
  if (field.fieldKind === 'map') return takeEntry(target.get(field), source.get(field), rest.join('.'));
  if (field.fieldKind !== 'message') return false;
  // An unset message reads as an empty one, which is not part of its parent until it is set.
  const part = target.get(field);
  const taken = take(part, source.get(field), rest);
  target.set(field, part);
  return taken;
}

/** A message as it is given, but with the output-only fields that it has at present. */
function withPresentOutput(given: ReflectMessage, present: ReflectMessage): ReflectMessage {
  const result = reflect(given.desc, copyMessage(given.message));
  for (const field of given.desc.fields.filter(isOutputOnly)) {
    if (present.isSet(field)) result.set(field, present.get(field));
    else result.clear(field);
  }
  return result;
}

/** Takes over one entry of a map; false when its keys are not strings. */
function takeEntry(target: ReflectMap, source: ReflectMap, key: string): boolean {
  if (target.field().mapKey !== ScalarType.STRING) return false;
  if (source.has(key)) target.set(key, source.get(key));
  else target.delete(key);
  return true;
}

/**
 * Whether a field is output only, for the fields that masks have named. Reading an option takes as long as copying a
 * message.
 */
const outputOnly = new WeakMap<DescField, boolean>();

function isOutputOnly(field: DescField): boolean {
  const known = outputOnly.get(field);
  if (known !== undefined) return known;
  const isOutput =
    hasOption(field, field_behavior) && getOption(field, field_behavior).includes(FieldBehavior.OUTPUT_ONLY);
  outputOnly.set(field, isOutput);
  return isOutput;
}
