import { DomainError } from '../../../runtime/call/errors.ts';
import type { Problem } from './problem.ts';
import { SPECIFICATIONS, type Specification } from './specification.ts';

/** Most problems that a refusal names: with more, gRPC could not carry it (runtime/grpc/status.ts). */
const PROBLEMS_MAX = 40;

/** Throws E_INVOICE_IMPOSSIBLE when there are problems, which keep the document from fulfilling the specification. */
export function requireNoProblems(problems: readonly Problem[], specification: Specification): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new DomainError(
    'state',
    'E_INVOICE_IMPOSSIBLE',
    `The document cannot be an electronic invoice according to ${SPECIFICATIONS[specification].title}: it has ${count}.`,
    {
      metadata: { problemCount: String(problems.length) },
      violations: problems
        .slice(0, PROBLEMS_MAX)
        .map(({ field, rule, text }) => ({ field, description: `${text} (${rule})` })),
    },
  );
}
