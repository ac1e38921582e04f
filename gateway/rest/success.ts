import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import { findField } from './message-fields.ts';
import { parseTemplate, type Template } from './template.ts';

/** How the success of an RPC is told over HTTP. */
export interface Success {
  /** 200 when left out. With 204 there is no body. */
  readonly status?: number;
  /**
   * Template of the header Location, e.g. `/books/{name}`: its variables are fields of the answer's body, and the value is
   * percent-encoded as google/api/http.proto has it.
   */
  readonly location?: string;
}

/** Writes the header Location for an answer; undefined when the answer lacks a field that it needs. */
export type LocationWriter = (answer: JsonValue) => string | undefined;

/**
 * Compiles a Location template against the message that is the answer's body.
 *
 * @throws Error when it is no template, has wildcards outside of variables, or names a field that is not there
 */
export function createLocationWriter(text: string, answer: DescMessage | undefined): LocationWriter {
  const template = parseTemplate(text);
  const parts = readParts(template, answer);
  const verb = template.verb === '' ? '' : `:${encodeURIComponent(template.verb)}`;
  return (json) => {
    let path = '';
    for (const part of parts) {
      const value = typeof part === 'string' ? part : readValue(part, json);
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
  /** JSON names from the answer down. */
  readonly names: readonly string[];
  /** Whether slashes in the value separate segments. */
  readonly multi: boolean;
}

/** The literals, and one member for all the segments it stands for. */
function readParts(template: Template, answer: DescMessage | undefined): (string | Member)[] {
  const parts: (string | Member)[] = [];
  for (const [index, segment] of template.segments.entries()) {
    const variable = template.variables.find(
      ({ start, end = Number.POSITIVE_INFINITY }) => index >= start && index < end,
    );
    if (variable?.start === index) {
      parts.push({ names: jsonNames(variable.fieldPath, answer), multi: variable.multi });
    } else if (variable === undefined && segment.kind !== 'literal') {
      throw new Error('the Location has a wildcard that is no variable');
    } else if (variable === undefined && segment.kind === 'literal') {
      parts.push(encodeURIComponent(segment.value));
    }
  }
  return parts;
}

function jsonNames(path: readonly string[], answer: DescMessage | undefined): string[] {
  let message = answer;
  return path.map((name) => {
    const field = message === undefined ? undefined : findField(message, name);
    if (field === undefined) {
      throw new Error(`the Location names "${path.join('.')}", which is not a field of the answer`);
    }
    message = field.message;
    return field.jsonName;
  });
}

function readValue({ names, multi }: Member, json: JsonValue): string | undefined {
  const value = names.reduce<JsonValue | undefined>(memberOf, json);
  if (value === undefined || value === null || value === '' || typeof value === 'object') {
    return undefined;
  }
  const text = String(value);
  return multi ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text);
}

function memberOf(json: JsonValue | undefined, name: string): JsonValue | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject && Object.hasOwn(json, name) ? json[name] : undefined;
}
