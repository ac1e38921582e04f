import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument, Operation, OperationMethod } from '../../openapi/document.ts';

/** The root folder of the repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** The path of the document in it. */
export const DOCUMENT_FILE = 'gen/openapi.json';

/** The generated document. */
export const document: OpenApiDocument = JSON.parse(readFileSync(join(ROOT, DOCUMENT_FILE), 'utf8'));

/** An operation of the document. @throws Error when it has no such operation */
export function operation(method: OperationMethod, path: string): Operation {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`no ${method} ${path} in ${DOCUMENT_FILE}`);
  return found;
}
