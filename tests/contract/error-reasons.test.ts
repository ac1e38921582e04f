import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ErrorReasonSchema } from '../../gen/numer/errors/v1/error_reason_pb.ts';

const protos = join(import.meta.dirname, '../../proto');
const reasons = ErrorReasonSchema.values.map((value) => value.name);

/** The reasons that the comments of RPCs name in sentences such as "Fails with INVOICE_NOT_FOUND and INVOICE_STATE." */
function reasonsNamedIn(text: string): string[] {
  const sentences = [...text.matchAll(/Fails with ([^.]*)\./g)].map((match) => match[1] ?? '');
  return sentences.flatMap((sentence) => [...sentence.matchAll(/\b[A-Z][A-Z_]{3,}\b/g)].map((match) => match[0]));
}

test('every reason that the comment of an RPC promises exists', () => {
  const unknown = globSync('numer/**/*.proto', { cwd: protos }).flatMap((path) =>
    reasonsNamedIn(readFileSync(join(protos, path), 'utf8'))
      .filter((reason) => !reasons.includes(reason))
      .map((reason) => `${path}: ${reason}`),
  );
  expect(unknown).toEqual([]);
});
