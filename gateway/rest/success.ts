import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { findField } from './message-fields.ts';
import { parseTemplate, type Template } from './template.ts';

/** How the success of an RPC is reported over HTTP. */
export interface Success {
  /** 200 when left out. With 204 there is no body. */
  readonly status?: number;
  /**
   * Template of the header Location, e.g. `/books/{name}`. Its variables are fields of the answer's body. The value is
   * percent-encoded as in google/api/http.proto.
   */
  readonly location?: string;
}

/** Writes the header Location for an answer; undefined when the answer lacks a field that it needs. */
export type LocationWriter = (answer: Message) => string | undefined;

/**
 * Compiles a Location template against the message that is the answer's body.
 *
 * @throws Error when it is not a template, has wildcards outside of variables, or names a field that does not exist
 */
export function createLocationWriter(text: string, answer: DescMessage | undefined): LocationWriter {
  const template = parseTemplate(text);
  const parts = readParts(template, answer);
  const verb = template.verb === '' ? '' : `:${encodeURIComponent(template.verb)}`;
  return (message) => {
    let path = '';
    for (const part of parts) {
      const value = typeof part === 'string' ? part : readValue(part, message);
      if (value === undefined) {
        return undefined;
      }
      path += `/${value}`;
    }
    return `${path || '/'}${verb}`;
  };
}

/** A member of the answer, to be put into the path. */
interface Member {
  /** Fields from the answer down. */
  readonly fields: readonly DescField[];
  /** Whether slashes in the value separate segments. */
  readonly multi: boolean;
}

/** The literals, and for each variable one member in place of all its segments. */
function readParts(template: Template, answer: DescMessage | undefined): (string | Member)[] {
  const parts: (string | Member)[] = [];
  for (const [index, segment] of template.segments.entries()) {
    const variable = template.variables.find(
      ({ start, end = Number.POSITIVE_INFINITY }) => index >= start && index < end,
    );
    if (variable?.start === index) {
      parts.push({ fields: findFields(variable.fieldPath, answer), multi: variable.multi });
    } else if (variable === undefined && segment.kind !== 'literal') {
      throw new Error('the Location has a wildcard that is no variable');
    } else if (variable === undefined && segment.kind === 'literal') {
      parts.push(encodeURIComponent(segment.value));
    }
  }
  return parts;
}

function findFields(path: readonly string[], answer: DescMessage | undefined): DescField[] {
  let message = answer;
  return path.map((name) => {
    const field = message === undefined ? undefined : findField(message, name);
    if (field === undefined) {
      throw new Error(`the Location names "${path.join('.')}", which is not a field of the answer`);
    }
    message = field.message;
    return field;
  });
}

function readValue({ fields, multi }: Member, answer: Message): string | undefined {
  const value = fields.reduce<unknown>(memberOf, answer);
  if (value === undefined || value === '' || typeof value === 'object') {
    return undefined;
  }
  const text = String(value);
  return multi ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text);
}

/** The value of a field as JSON has it, as far as a path can contain it. */
function memberOf(message: unknown, { localName, oneof, enum: type }: DescField): unknown {
  if (typeof message !== 'object' || message === null) {
    return undefined;
  }
  // The descriptor says under which names the generated type holds its values.
  const fields = message as Readonly<Record<string, unknown>>;
  // The same for a oneof.
  const chosen = oneof === undefined ? undefined : (fields[oneof.localName] as { case?: string; value?: unknown });
  const value = chosen === undefined || chosen.case === localName ? (chosen?.value ?? fields[localName]) : undefined;
  return type === undefined || typeof value !== 'number' ? value : (type.value[value]?.name ?? value);
}
