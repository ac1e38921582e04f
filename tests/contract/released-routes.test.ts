import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, type DescMethod, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { methods, nameOf, routesOf } from './contracts.ts';

const releases = join(import.meta.dirname, '../../proto/releases');

/** What a client relies on: verb, path, where the fields go, and the RPC with its messages behind it. */
function promisesOf(method: DescMethod): string[] {
  return routesOf(method).map(({ verb, path, body, responseBody }) => {
    return `${verb} ${path} body=${body} response_body=${responseBody} -> ${nameOf(method)}`;
  });
}

function releasedMethods(image: string): DescMethod[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(join(releases, image))));
  return [...registry].filter((type) => type.kind === 'service').flatMap((service) => service.methods);
}

// `buf breaking` compares messages and RPCs, but not google.api.http.
test('every released REST route still works', () => {
  const current = new Set(methods.flatMap(promisesOf));
  const broken = globSync('*.binpb', { cwd: releases }).flatMap((image) =>
    releasedMethods(image)
      .flatMap(promisesOf)
      .filter((promise) => !current.has(promise))
      .map((promise) => `${image}: ${promise}`),
  );
  expect(broken).toEqual([]);
});
