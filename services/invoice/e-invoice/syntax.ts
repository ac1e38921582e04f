import { ciiProblems } from './cii/cii-problems.ts';
import { writeCii } from './cii/write-cii.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import type { Problem } from './problem.ts';
import { writeUbl } from './ubl/write-ubl.ts';

/** One of the two syntaxes of EN 16931. */
export type Syntax = {
  write(document: ElectronicInvoice): Buffer;
  /** What keeps a document from being one in this syntax alone. */
  problemsOf(document: ElectronicInvoice): readonly Problem[];
};

/** Universal Business Language 2.1 (CEN/TS 16931-3-2). */
export const UBL: Syntax = { write: writeUbl, problemsOf: () => [] };

/** UN/CEFACT Cross Industry Invoice D16B (CEN/TS 16931-3-3). */
export const CII: Syntax = { write: writeCii, problemsOf: ciiProblems };
