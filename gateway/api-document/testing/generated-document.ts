import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument, Operation, OperationMethod } from '../../openapi/document.ts';

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** Where the document is, below that. */
export const DOCUMENT_FILE = 'gen/openapi.json';

/** The document as it was generated. */
export const document: OpenApiDocument = JSON.parse(readFileSync(join(ROOT, DOCUMENT_FILE), 'utf8'));

/** An operation of it. @throws Error when it has no such */
export function operation(method: OperationMethod, path: string): Operation {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`no ${method} ${path} in ${DOCUMENT_FILE}`);
  return found;
}
