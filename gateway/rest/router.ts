import type { Template } from './template.ts';

/** What a path and method lead to. */
export type Found<T> =
  | {
      readonly target: T;
      /** The raw segments of the path, without a verb, as variables index them. */
      readonly segments: readonly string[];
    }
  | {
      /** The path is known, but not with this method: the methods it is known with, for the header `Allow`. */
      readonly allow: readonly string[];
    };

/** Finds the target of a request path. */
export interface Router<T> {
  /**
   * Adds a target. The method `*` stands for every method. When another target already has this place, nothing is added and
   * that target is returned.
   */
  add(method: string, template: Template, target: T): T | undefined;
  /**
   * Finds a raw (still percent-encoded) path. A literal goes before `*`, `*` before `**`, a verb before none, and a
   * named method before `*`. HEAD falls back to GET. The search backtracks from dead ends, so the order of declaration
   * never matters.
   */
  find(method: string, path: string): Found<T> | undefined;
}

type Methods<T> = Map<string, T>;
/** Keyed by verb, with '' for none. */
type Ends<T> = Map<string, Methods<T>>;

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  single: Node<T> | undefined;
  readonly ends: Ends<T>;
  /** Ends of `**` after this node. */
  readonly rest: Ends<T>;
}

interface Search {
  readonly method: string;
  readonly verb: string;
  readonly segments: readonly string[];
  /** Collects the methods that this path is known with. Undefined while only the target is searched for. */
  readonly allow: Set<string> | undefined;
}

/**
 * Makes an empty router: a trie by path segment. A search visits each node at most once, whatever the path, so a path
 * cannot be made to cost more than the number of routes.
 */
export function createRouter<T>(): Router<T> {
  const root = createNode<T>();
  const verbs = new Set<string>();

  const search = (method: string, segments: readonly string[], allow: Set<string> | undefined) => {
    const last = segments[segments.length - 1] ?? '';
    for (let colon = last.indexOf(':'); colon !== -1; colon = last.indexOf(':', colon + 1)) {
      const verb = decodeLiteral(last.slice(colon + 1));
      if (verb !== '' && verbs.has(verb)) {
        const bare = segments.with(-1, last.slice(0, colon));
        const target = visit(root, 0, { method, verb, segments: bare, allow });
        if (target !== undefined) {
          return { target, segments: bare };
        }
      }
    }
    const target = visit(root, 0, { method, verb: '', segments, allow });
    return target === undefined ? undefined : { target, segments };
  };

  return {
    add(method, template, target) {
      verbs.add(template.verb);
      return insert(root, method, template, target);
    },
    find(method, path) {
      const segments = path === '/' ? [] : path.slice(1).split('/');
      const found = search(method, segments, undefined);
      if (found !== undefined) {
        return found;
      }
      const allow = new Set<string>();
      search(method, segments, allow);
      return allow.size === 0 ? undefined : { allow: [...allow].sort() };
    },
  };
}

function createNode<T>(): Node<T> {
  return { literals: new Map(), single: undefined, ends: new Map(), rest: new Map() };
}

function insert<T>(root: Node<T>, method: string, template: Template, target: T): T | undefined {
  let node = root;
  let ends = root.ends;
  for (const segment of template.segments) {
    if (segment.kind === 'rest') {
      ends = node.rest;
      break;
    }
    node = segment.kind === 'literal' ? literalChild(node, segment.value) : singleChild(node);
    ends = node.ends;
  }
  const methods = ends.get(template.verb) ?? new Map<string, T>();
  ends.set(template.verb, methods);
  const taken = methods.get(method);
  if (taken === undefined) {
    methods.set(method, target);
  }
  return taken;
}

function literalChild<T>(node: Node<T>, literal: string): Node<T> {
  const child = node.literals.get(literal) ?? createNode<T>();
  node.literals.set(literal, child);
  return child;
}

function singleChild<T>(node: Node<T>): Node<T> {
  node.single ??= createNode();
  return node.single;
}

function visit<T>(node: Node<T>, index: number, search: Search): T | undefined {
  const segment = search.segments[index];
  if (segment === undefined) {
    return pick(node.ends, search) ?? pick(node.rest, search);
  }
  const literal = node.literals.get(decodeLiteral(segment));
  const found = literal === undefined ? undefined : visit(literal, index + 1, search);
  if (found !== undefined) {
    return found;
  }
  // A wildcard stands for something: `/books/` is not a book without a name.
  const single = node.single === undefined || segment === '' ? undefined : visit(node.single, index + 1, search);
  return single ?? pick(node.rest, search);
}

function pick<T>(ends: Ends<T>, { method, verb, allow }: Search): T | undefined {
  const methods = ends.size === 0 ? undefined : ends.get(verb);
  if (methods === undefined) {
    return undefined;
  }
  const target = methods.get(method) ?? (method === 'HEAD' ? methods.get('GET') : undefined) ?? methods.get('*');
  if (target === undefined && allow !== undefined) {
    for (const known of methods.keys()) {
      allow.add(known);
    }
    if (methods.has('GET')) {
      allow.add('HEAD');
    }
  }
  return target;
}

function decodeLiteral(segment: string): string {
  if (!segment.includes('%')) {
    return segment;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    // This is not the encoding of any text, so no literal can be meant.
    return segment;
  }
}
