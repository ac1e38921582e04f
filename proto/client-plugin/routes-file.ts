import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import type { GeneratedFile, Printable } from '@bufbuild/protoplugin';
import { repetitionOf } from '../../client/src/repetition.ts';
import { openApiPath } from '../../gateway/openapi/path.ts';
import { compileRoutes, type Route } from '../../gateway/rest/route.ts';
import { FieldBehavior, field_behavior } from '../../gen/google/api/field_behavior_pb.ts';
import { field as fieldOptions, RpcOptions_Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';
import { isHttpBody, jsonTypeOf, printedJsonOf } from './json-type.ts';
import { HEADER, type PublishedService } from './services-file.ts';

/** The helper types that the interface of routes uses. */
const TYPE_HELPERS = `
/** The fields of \`T\` without those \`Left\` to the path or the server. Those \`Needed\` are required. */
type Input<T, Needed extends keyof T = never, Left extends keyof T = never> = Omit<T, Needed | Left> & {
  [K in Needed]-?: T[K];
};

/** A JSON merge patch (RFC 7396): what is absent stays, null clears, lists are replaced. */
type Patch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Patch<T[K]> | null } : T;

/** Query parameters: a repeated field takes one value or several. */
type Query<T> = { [K in keyof T]: T[K] extends readonly (infer Item)[] | undefined ? Item | readonly Item[] : T[K] };
`;

/**
 * Writes the REST routes as a type, each with the JSON that it takes and gives, and as a table of what a client has to
 * know about each. The gateway's own code reads the routes. They have the names of its OpenAPI document.
 */
export function writeRoutes(f: GeneratedFile, published: readonly PublishedService[]): void {
  const exposed = new Set(published.flatMap(({ methods }) => methods));
  const services = published.map(({ service }) => service);
  const { routes } = compileRoutes(services, (method) => exposed.has(method));
  // Streams have no single response, and a route for every method has no name.
  const callable = routes.filter((route) => route.rpc.methodKind === 'unary' && route.httpMethod !== '*');
  f.print(HEADER);
  f.print('/* eslint-disable */');
  f.print(TYPE_HELPERS);
  f.print(f.jsDoc('The routes of the REST API, by method and path.'));
  f.print('export interface Routes {');
  for (const [index, route] of callable.entries()) {
    if (index > 0) f.print();
    printRoute(f, route);
  }
  f.print('}');
  f.print();
  f.print(f.jsDoc('What a client has to know to call a route.'));
  f.print('export interface RouteTraits {');
  f.print(f.jsDoc('Whether it is called without credentials.', '  '));
  f.print('  readonly isPublic: boolean;');
  f.print(
    f.jsDoc(
      'Whether it may be called again when the outcome is not known: as it is, or with the same idempotency key.',
      '  ',
    ),
  );
  f.print('  readonly repetition: "safe" | "with-key" | "never";');
  f.print('}');
  f.print();
  f.print(f.jsDoc('The traits of every route.'));
  f.print('export const routeTraits: { readonly [Route in keyof Routes]: RouteTraits } = {');
  for (const route of callable) {
    const isPublic = getOption(route.rpc, rpc).access === RpcOptions_Access.PUBLIC;
    const repetition = f.string(repetitionOf(route.rpc));
    f.print('  ', f.string(nameOf(route)), ': { isPublic: ', isPublic, ', repetition: ', repetition, ' },');
  }
  f.print('};');
}

/** `GET /invoices/{invoiceId}`; `{+name}` takes slashes as they are. */
function nameOf(route: Route): string {
  const { path, variables } = openApiPath(route);
  const rests = variables.filter(({ isRest }) => isRest);
  return `${route.httpMethod} ${rests.reduce((text, { name }) => text.replace(`{${name}}`, `{+${name}}`), path)}`;
}

function printRoute(f: GeneratedFile, route: Route): void {
  f.print(f.jsDoc(route.rpc, '  '));
  f.print('  ', f.string(nameOf(route)), ': {');
  const { variables } = openApiPath(route);
  if (variables.length > 0) {
    const members = variables.flatMap(({ name, bound }): Printable[] => [
      `${name}: `,
      bound?.multi === false ? printedJsonOf(f, bound.leaf) : 'string',
      '; ',
    ]);
    f.print('    path: { ', members, '};');
  }
  printQuery(f, route);
  printBody(f, route);
  f.print('    response: ', responseOf(f, route), ';');
  f.print('  };');
}

function printQuery(f: GeneratedFile, { query, variables }: Route): void {
  if (query === undefined) return;
  const taken = new Set([query.bodyField, ...variables.map(({ fields }) => fields[0])]);
  const left = query.message.fields.filter((field) => taken.has(field));
  if (left.length === query.message.fields.length) return;
  f.print('    query?: Query<', omit(f, query.message, left), '>;');
}

function printBody(f: GeneratedFile, route: Route): void {
  const { body, rpc: method, variables, mask } = route;
  if (body.kind === 'none') return;
  const isField = body.kind === 'field';
  if (body.raw) {
    f.print('    body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string;');
    return;
  }
  if (isField && body.field.fieldKind !== 'message') {
    f.print('    body: ', printedJsonOf(f, body.field), ';');
    return;
  }
  const message = isField && body.field.fieldKind === 'message' ? body.field.message : method.input;
  const depth = isField ? 1 : 0;
  const inPath = new Set(variables.map(({ fields }) => fields[depth]));
  const left = message.fields.filter((field) => inPath.has(field) || has(field, FieldBehavior.OUTPUT_ONLY));
  if (left.length === message.fields.length) return;
  if (mask !== undefined) {
    f.print('    body: Patch<', omit(f, message, left), '>;');
    return;
  }
  const optionalFields = isField ? getOption(body.field, fieldOptions).optionalFields : [];
  const needed = message.fields.filter(
    (field) => !left.includes(field) && has(field, FieldBehavior.REQUIRED) && !optionalFields.includes(field.name),
  );
  const optional = needed.length === 0 ? '?' : '';
  const leftOut = left.length === 0 ? '' : `, ${namesOf(left)}`;
  f.print('    body', optional, ': Input<', jsonTypeOf(f, message), ', ', namesOf(needed), leftOut, '>;');
}

function responseOf(f: GeneratedFile, { responseBody, rpc: method }: Route): Printable {
  if (responseBody !== undefined) return printedJsonOf(f, responseBody);
  if (isHttpBody(method.output)) return 'Blob';
  return method.output.fields.length === 0 ? 'undefined' : jsonTypeOf(f, method.output);
}

function omit(f: GeneratedFile, message: DescMessage, fields: readonly DescField[]): Printable {
  const json = jsonTypeOf(f, message);
  return fields.length === 0 ? json : ['Omit<', json, ', ', namesOf(fields), '>'];
}

function namesOf(fields: readonly DescField[]): string {
  return fields.length === 0 ? 'never' : fields.map(({ jsonName }) => JSON.stringify(jsonName)).join(' | ');
}

function has(field: DescField, behavior: FieldBehavior): boolean {
  return getOption(field, field_behavior).includes(behavior);
}
