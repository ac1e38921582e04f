import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { compileRoutes, type Route } from '../rest/route.ts';
import type { Success } from '../rest/success.ts';
import type { Comments } from './comments.ts';
import type {
  Components,
  Info,
  OpenApiDocument,
  Operation,
  OperationMethod,
  PathItem,
  SecurityRequirement,
  Tag,
} from './document.ts';
import type { OptionalFields } from './field-behavior.ts';
import { toMarkdown } from './markdown.ts';
import { createOperation, type OperationExtras } from './operation.ts';
import { openApiPath, shapeOf } from './path.ts';
import { createSchemas, type Schemas } from './schemas.ts';

/** What a document is made of. */
export interface OpenApiOptions {
  readonly info: Info;
  /** Where the API is served; `/` is the origin that the document comes from. */
  readonly servers: OpenApiDocument['servers'];
  /** What an operation needs unless its extras say otherwise. */
  readonly security: readonly SecurityRequirement[];
  readonly services: readonly DescService[];
  /** False for an RPC that is not served over REST in spite of its rule. */
  readonly expose: (rpc: DescMethod) => boolean;
  /** Status and Location of an RPC's success, as the transcoder has it. */
  readonly success: (rpc: DescMethod) => Success | undefined;
  readonly comments: Comments;
  /** Names of a message's required fields that may be left out where it is the value of the given field. Default: none. */
  readonly optionalFields?: OptionalFields;
  /** What an operation has beyond the contract: headers, failures, examples. */
  readonly extras: (route: Route) => OperationExtras;
  /** The components that the extras refer to. */
  readonly components: Components;
  /** Operations outside of the contract, with their tags. */
  readonly paths?: Readonly<Record<string, PathItem>>;
  readonly tags?: readonly Tag[];
}

const methods: ReadonlySet<string> = new Set<OperationMethod>([
  'delete',
  'get',
  'head',
  'options',
  'patch',
  'post',
  'put',
  'trace',
]);

/**
 * Writes the OpenAPI document of services from the same routes that the transcoder serves, so that the two cannot differ.
 *
 * @throws RuleError when rules are misdeclared
 * @throws Error naming a route that OpenAPI 3.1 cannot express: one with a custom method, or for any method
 */
export function createOpenApi(options: OpenApiOptions): OpenApiDocument {
  const { routes } = compileRoutes(options.services, options.expose);
  const schemas = createSchemas(options.comments, options.optionalFields ?? (() => []));
  const paths = { ...createPaths(routes, options, schemas), ...options.paths };
  const services = options.services.filter((service) => routes.some((route) => route.rpc.parent === service));
  return {
    openapi: '3.1.1',
    info: options.info,
    servers: options.servers,
    security: options.security,
    tags: [...services.map((service) => tagOf(service, options.comments)), ...(options.tags ?? [])],
    paths,
    components: { ...options.components, schemas: { ...schemas.components, ...options.components.schemas } },
  };
}

function createPaths(
  routes: readonly Route[],
  options: OpenApiOptions,
  schemas: Schemas,
): Record<string, Partial<Record<OperationMethod, Operation>>> {
  const paths: Record<string, Partial<Record<OperationMethod, Operation>>> = {};
  const byShape = new Map<string, string>();
  const operationIds = new Set<string>();
  for (const route of routes) {
    const written = openApiPath(route);
    const shape = shapeOf(written.path);
    // Two paths that differ only in the names of variables are one path.
    const path = byShape.get(shape) ?? written.path;
    byShape.set(shape, path);
    const place = { ...written, path, variables: renameLike(written.variables, path) };
    const operation = createOperation({
      route,
      path: place,
      operationId: operationIdOf(route, operationIds),
      tag: tagName(route.rpc.parent),
      success: options.success(route.rpc) ?? {},
      comment: toMarkdown(options.comments(route.rpc)),
      extras: options.extras(route),
      schemas,
    });
    paths[path] = { ...paths[path], [methodOf(route)]: operation };
  }
  return paths;
}

function renameLike<Variable extends { readonly name: string }>(
  variables: readonly Variable[],
  path: string,
): Variable[] {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  return variables.map((variable, index) => ({ ...variable, name: names[index] ?? variable.name }));
}

function methodOf({ httpMethod, path, rpc }: Route): OperationMethod {
  const method = httpMethod.toLowerCase();
  if (!isOperationMethod(method)) {
    throw new Error(`${rpc.parent.typeName}.${rpc.name}: OpenAPI 3.1 has no word for ${httpMethod} ${path}`);
  }
  return method;
}

function isOperationMethod(method: string): method is OperationMethod {
  return methods.has(method);
}

/** The name of the RPC. Further bindings add their variables or a number to it. */
function operationIdOf({ rpc, variables }: Route, taken: Set<string>): string {
  const base = rpc.localName;
  const by = variables.map(({ name }) => name.replaceAll(/(?:^|[._])(\w)/g, (_, first: string) => first.toUpperCase()));
  let id = taken.has(base) && by.length > 0 ? `${base}By${by.join('And')}` : base;
  for (let number = 2; taken.has(id); number++) id = `${base}${number}`;
  taken.add(id);
  return id;
}

/** `Api Key` for `ApiKeyService`. */
function tagName({ name }: DescService): string {
  return name.replace(/Service$/, '').replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ');
}

function tagOf(service: DescService, comments: Comments): Tag {
  return { name: tagName(service), description: toMarkdown(comments(service)) };
}
