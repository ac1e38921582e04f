import type { DescField, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { type Binding, readBindings } from './http-rule.ts';
import { hasOwnJson, isHttpBody, isPlainMessage } from './message-fields.ts';
import type { QueryScope } from './query.ts';
import { createRouter, type Router } from './router.ts';
import { parseTemplate, type Template, type Variable } from './template.ts';
import { type TextReader, textReaderOf } from './text-value.ts';

/** A variable of a path template, bound to the field of the request that it sets. */
export interface BoundVariable extends Variable {
  /** The fields from the request message down; the last one takes the value. */
  readonly fields: readonly [DescField, ...DescField[]];
  readonly leaf: DescField;
  /** The field's path in JSON names, e.g. `book.name`. */
  readonly name: string;
  readonly read: TextReader;
}

/** Where to put the update mask that is derived from the body of a PATCH. */
export interface MaskBinding {
  /** The google.protobuf.FieldMask of the request. */
  readonly field: DescField;
  /** The type of the body, which the mask is about. */
  readonly resource: DescMessage;
  /** Dotted proto names, relative to the resource, of the fields that the path sets. They are not part of the change. */
  readonly excluded: ReadonlySet<string>;
}

/** The part of the request message that the HTTP body sets. */
export type BodyBinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'all'; readonly raw: boolean }
  /** `raw`: the field is a google.api.HttpBody, which takes the bytes as they are. */
  | { readonly kind: 'field'; readonly field: DescField; readonly raw: boolean };

/** One binding of an RPC to REST, checked against its messages. All that a call needs is worked out. */
export interface Route {
  /** `GET`, `POST`, ... or a custom method; `*` for any. */
  readonly httpMethod: string;
  /** The path template as it is written in the rule. */
  readonly path: string;
  readonly rpc: DescMethod;
  readonly variables: readonly BoundVariable[];
  readonly body: BodyBinding;
  /** The response field that is the whole answer; undefined when the response message is. */
  readonly responseBody: DescField | undefined;
  /** What the query may set; undefined with `body: "*"`, where every field comes from path or body. */
  readonly query: QueryScope | undefined;
  /** For a PATCH whose mask is derived from the body when the query does not give it. */
  readonly mask: MaskBinding | undefined;
}

/** The rules of some services are misdeclared. The message has one line for each mistake, naming file, method and rule. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`misdeclared google.api.http rules:\n${mistakes.join('\n')}`);
    this.mistakes = mistakes;
  }
}

/** The routes, and the router that finds them. */
export interface RouteTable {
  readonly routes: readonly Route[];
  readonly router: Router<Route>;
}

/**
 * Compiles the rules of services to routes.
 *
 * @param isExposed false for an RPC that is left out in spite of its rule
 * @throws RuleError naming every mistake at once
 */
export function compileRoutes(services: readonly DescService[], isExposed: (rpc: DescMethod) => boolean): RouteTable {
  const routes: Route[] = [];
  const mistakes: string[] = [];
  const router = createRouter<Route>();
  for (const rpc of services.flatMap((service) => service.methods).filter(isExposed)) {
    for (const binding of attempt(mistakes, nameOf(rpc), () => readBindings(rpc)) ?? []) {
      const name = `${nameOf(rpc)}: ${binding.httpMethod} ${binding.path}`;
      const route = attempt(mistakes, name, () => addRoute(router, rpc, binding));
      if (route !== undefined) {
        routes.push(route);
      }
    }
  }
  if (mistakes.length > 0) {
    throw new RuleError(mistakes);
  }
  return { routes, router };
}

/** Where an RPC is declared: the file, the service and its name. */
export function nameOf(rpc: DescMethod): string {
  return `${rpc.parent.file.name}.proto: ${rpc.parent.typeName}.${rpc.name}`;
}

/** Compiles something, or notes under `name` why that cannot be done. */
export function attempt<T>(mistakes: string[], name: string, compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    mistakes.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function addRoute(router: Router<Route>, rpc: DescMethod, binding: Binding): Route {
  const template = parseTemplate(binding.path);
  const route = compileRoute(rpc, binding, template);
  const taken = router.add(route.httpMethod, template, route);
  if (taken !== undefined) {
    throw new Error(`the same requests already go to ${nameOf(taken.rpc)}: ${taken.httpMethod} ${taken.path}`);
  }
  return route;
}

function compileRoute(rpc: DescMethod, binding: Binding, template: Template): Route {
  const { httpMethod } = binding;
  if (rpc.methodKind === 'client_streaming' || rpc.methodKind === 'bidi_streaming') {
    throw new Error('a stream of requests cannot be mapped to one HTTP request');
  }
  const body = bindBody(rpc.input, binding);
  const variables = template.variables.map((variable) => bindVariable(rpc.input, variable));
  const bodyField = body.kind === 'field' ? body.field : undefined;
  for (const { fields, name } of variables) {
    if (fields[0] === bodyField && (fields.length === 1 || body.kind !== 'field' || body.raw)) {
      throw new Error(`the field "${name}" is set by both the path and the body`);
    }
  }
  const pathFields = new Set(variables.map((variable) => variable.fieldPath.join('.')));
  const query = { message: rpc.input, bodyField, pathFields, places: new Map() };
  return {
    httpMethod,
    path: binding.path,
    rpc,
    variables,
    body,
    responseBody: binding.responseBody === '' ? undefined : topField(rpc.output, binding.responseBody, 'response_body'),
    query: body.kind === 'all' ? undefined : query,
    mask: httpMethod === 'PATCH' ? bindMask(rpc.input, body, pathFields) : undefined,
  };
}

function bindBody(input: DescMessage, { httpMethod, body }: Binding): BodyBinding {
  if (body === '') {
    return { kind: 'none' };
  }
  if (httpMethod === 'GET' || httpMethod === 'HEAD') {
    throw new Error(`${httpMethod} cannot have a body`);
  }
  if (body === '*') {
    if (hasOwnJson(input)) {
      throw new Error(`body "*" needs a request that is an object in JSON; ${input.typeName} is not`);
    }
    return { kind: 'all', raw: isHttpBody(input) };
  }
  const field = topField(input, body, 'body');
  return { kind: 'field', field, raw: field.fieldKind === 'message' && isHttpBody(field.message) };
}

function topField(message: DescMessage, name: string, option: string): DescField {
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    throw new Error(`${option} names "${name}", which is not a field of ${message.typeName}`);
  }
  return field;
}

function bindVariable(input: DescMessage, variable: Variable): BoundVariable {
  const [first, ...rest] = variable.fieldPath;
  const fields: [DescField, ...DescField[]] = [pathField(input, first ?? '', variable)];
  for (const name of rest) {
    const parent = fields.at(-1);
    if (parent === undefined || !isPlainMessage(parent)) {
      throw new Error(`"${parent?.name}" in "${variable.fieldPath.join('.')}" is not a message to go into`);
    }
    fields.push(pathField(parent.message, name, variable));
  }
  const leaf = fields.at(-1);
  const read = leaf?.fieldKind === 'scalar' || leaf?.fieldKind === 'enum' ? textReaderOf(leaf) : undefined;
  if (leaf === undefined || read === undefined) {
    throw new Error(
      `the path sets "${variable.fieldPath.join('.')}", which is a ${leaf?.fieldKind} and no single value`,
    );
  }
  return { ...variable, fields, leaf, name: fields.map((field) => field.jsonName).join('.'), read };
}

function pathField(message: DescMessage, name: string, variable: Variable): DescField {
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    const path = variable.fieldPath.join('.');
    throw new Error(`the path names "${path}", but ${message.typeName} has no field "${name}"`);
  }
  return field;
}

function bindMask(input: DescMessage, body: BodyBinding, pathFields: ReadonlySet<string>): MaskBinding | undefined {
  const field = findMask(input);
  if (field === undefined || body.kind !== 'field' || body.raw || !isPlainMessage(body.field)) {
    return undefined;
  }
  const prefix = `${body.field.name}.`;
  const inBody = [...pathFields].filter((path) => path.startsWith(prefix));
  return { field, resource: body.field.message, excluded: new Set(inBody.map((path) => path.slice(prefix.length))) };
}

/** The mask that has the name of AIP-134, or else the only one. */
function findMask(input: DescMessage): DescField | undefined {
  const masks = input.fields.filter(
    (field) => field.fieldKind === 'message' && field.message.typeName === 'google.protobuf.FieldMask' && !field.oneof,
  );
  return masks.find((field) => field.name === 'update_mask') ?? (masks.length === 1 ? masks[0] : undefined);
}
