import type { DescMessage } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import {
  type FieldPath,
  type FieldPathElement,
  ViolationsSchema,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { ConnectError } from '@connectrpc/connect';
import { BadRequestSchema } from './gen/google/rpc/error_details_pb.ts';
import { appendPointer } from './json-pointer.ts';
import { findField } from './message-fields.ts';
import type { FieldProblem } from './problem.ts';
import type { Route } from './route.ts';

/** A field name, an index, or the key of a map. */
type Step = string | number;

// Name, [index], ["key"] or [key].
const steps = /([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]/g;

/**
 * Collects the field violations of an error, from google.rpc.BadRequest and buf.validate.Violations, and expresses them in
 * terms of the HTTP request: a field of the body as a pointer into the body that was sent, any other field as a parameter,
 * and a header by its name.
 */
export function readViolations(error: ConnectError, route: Route): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const detail of error.findDetails(BadRequestSchema)) {
    for (const { field, description } of detail.fieldViolations) {
      problems.push(...toProblems(route, parsePath(field), description));
    }
  }
  for (const detail of error.findDetails(ViolationsSchema)) {
    for (const { field, message } of detail.violations) {
      problems.push(...toProblems(route, readPath(field), message));
    }
  }
  return problems;
}

/** Takes apart a path such as `invoice.lines[0].labels["a"]`. */
function parsePath(path: string): Step[] {
  return [...path.matchAll(steps)].map(([text, name, index, quoted, key]) =>
    index === undefined ? (name ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? key ?? text) : Number(index),
  );
}

function readPath(path: FieldPath | undefined): Step[] {
  return (path?.elements ?? []).flatMap((element) => [element.fieldName, ...readSubscript(element)]);
}

function readSubscript({ subscript }: FieldPathElement): Step[] {
  if (subscript.case === undefined) {
    return [];
  }
  return [subscript.case === 'index' ? Number(subscript.value) : String(subscript.value)];
}

function toProblems(route: Route, path: readonly Step[], detail: string): FieldProblem[] {
  const [first, ...rest] = path;
  if (first !== undefined) {
    return [toProblem(route, path, first, rest, detail)];
  }
  // The request as a whole is its body; without one there is nothing to name.
  return route.body.kind === 'none' ? [] : [{ pointer: '', detail }];
}

function toProblem(
  { body, rpc, variables }: Route,
  path: readonly Step[],
  first: Step,
  rest: readonly Step[],
  detail: string,
): FieldProblem {
  const field = findField(rpc.input, String(first));
  // No field has a hyphen in its name, so this is a header that the service read.
  if (field === undefined && rest.length === 0 && String(first).includes('-')) {
    return { header: String(first), detail };
  }
  const inBody = body.kind === 'field' && field === body.field;
  const names = toJsonNames(rpc.input, path);
  // A list is one parameter, given several times.
  const parameter = names.filter((name) => typeof name === 'string').join('.');
  if (field !== undefined && (body.kind === 'none' || (body.kind === 'field' && !inBody))) {
    return { parameter, detail };
  }
  if (variables.some((variable) => variable.name === parameter)) {
    return { parameter, detail };
  }
  if (inBody) {
    const offset = path.length - rest.length;
    return { pointer: names.slice(offset).reduce<string>(appendPointer, ''), detail };
  }
  // A service that checks the resource itself names its fields without the request field around it.
  const base = field === undefined && body.kind === 'field' ? body.field.message : undefined;
  return { pointer: (base === undefined ? names : toJsonNames(base, path)).reduce<string>(appendPointer, ''), detail };
}

/** Spells field names as in JSON, and keys as strings. Only indexes stay numbers. */
function toJsonNames(message: DescMessage, path: readonly Step[]): Step[] {
  let current: DescMessage | undefined = message;
  let inMap = false;
  return path.map((step) => {
    if (inMap) {
      inMap = false;
      return String(step);
    }
    if (typeof step === 'number') {
      return step;
    }
    const field = current === undefined ? undefined : findField(current, step);
    current = field?.message;
    inMap = field?.fieldKind === 'map';
    return field?.jsonName ?? protoCamelCase(step);
  });
}
