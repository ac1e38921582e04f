import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type DescFile, type DescMessage, type DescMethod, getOption } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { http } from '../../gen/google/api/annotations_pb.ts';
import type { HttpRule } from '../../gen/google/api/http_pb.ts';
import { RpcOptions_Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';

const generated = join(import.meta.dirname, '../../gen');

async function loadFiles(): Promise<DescFile[]> {
  const paths = globSync('numer/**/*_pb.ts', { cwd: generated }).toSorted();
  const modules = await Promise.all(paths.map((path) => import(join(generated, path))));
  return modules.flatMap((module) => Object.values(module).filter(isFile));
}

function isFile(value: unknown): value is DescFile {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file';
}

/** Descriptors of all our proto files, in the order of their paths. */
export const contractFiles: readonly DescFile[] = await loadFiles();

/** Every RPC of every service. */
export const methods: readonly DescMethod[] = contractFiles.flatMap((file) => file.services.flatMap((s) => s.methods));

/** Every message, including nested ones, but not map entries. */
export const messages: readonly DescMessage[] = contractFiles.flatMap((file) =>
  [...nestedTypes(file)].filter((type) => type.kind === 'message'),
);

/** The name of an RPC in failures: `numer.invoice.v1.InvoiceService.SendInvoice`. */
export function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}

/** Whether only other services may call the RPC. */
export function isInternal(method: DescMethod): boolean {
  return getOption(method, rpc).access === RpcOptions_Access.INTERNAL;
}

/** One way to reach an RPC over REST. */
export type Route = {
  readonly verb: string;
  readonly path: string;
  readonly body: string;
  readonly responseBody: string;
};

/** The routes of an RPC: its google.api.http rule and the additional bindings. Empty without a rule. */
export function routesOf(method: DescMethod): Route[] {
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap(routeOf);
}

function routeOf({ pattern, body, responseBody }: HttpRule): Route[] {
  if (pattern.case === undefined) return [];
  if (pattern.case === 'custom') return [{ verb: pattern.value.kind, path: pattern.value.path, body, responseBody }];
  return [{ verb: pattern.case, path: pattern.value, body, responseBody }];
}
