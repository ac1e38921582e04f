import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import type { BoundVariable, Route } from '../rest/route.ts';
import { parseTemplate, type Segment } from '../rest/template.ts';

/** A part of a path between braces. */
export interface PathVariable {
  readonly name: string;
  /** What it sets; undefined for a wildcard that sets nothing. */
  readonly bound: BoundVariable | undefined;
  /** Whether it takes the rest of the path, slashes included. */
  readonly isRest: boolean;
}

/** A path as OpenAPI writes it. */
export interface OpenApiPath {
  /** `/books/{name}`. */
  readonly path: string;
  readonly variables: readonly PathVariable[];
}

/**
 * Writes the path of a route with one variable for each wildcard. Field paths become one name (`{book.name}` is
 * `{bookName}`), so that bindings which name the same id in different messages agree on a path where they can.
 */
export function openApiPath({ path, variables }: Route): OpenApiPath {
  const template = parseTemplate(path);
  const found: PathVariable[] = [];
  const segments = template.segments.map((segment, index) => {
    if (segment.kind === 'literal') return encodeLiteral(segment.value);
    const bound = variables.find(({ start, end }) => index >= start && index < (end ?? Number.POSITIVE_INFINITY));
    const name = variableName(bound, template.segments, index);
    found.push({ name, bound, isRest: segment.kind === 'rest' });
    return `{${name}}`;
  });
  const verb = template.verb === '' ? '' : `:${encodeLiteral(template.verb)}`;
  return { path: `/${segments.join('/')}${verb}`, variables: found };
}

/** The text of a path without the names of its variables. Paths for the same requests have it in common. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}

/** The text of a literal as a URL has it, with as little encoded as possible. */
function encodeLiteral(text: string): string {
  return encodeURI(text).replaceAll(/[/?#]/g, encodeURIComponent);
}

function variableName(bound: BoundVariable | undefined, segments: readonly Segment[], index: number): string {
  if (bound === undefined) return `segment${index + 1}`;
  const name = protoCamelCase(bound.name.replaceAll('.', '_'));
  const wildcards = segments.slice(bound.start, bound.end).filter(({ kind }) => kind !== 'literal');
  if (wildcards.length === 1) return name;
  const earlier = segments.slice(bound.start, index).filter(({ kind }) => kind !== 'literal');
  return `${name}${earlier.length + 1}`;
}
