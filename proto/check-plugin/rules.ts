import type { BreakingRule, Category, LintRule } from './rule.ts';
import { fieldBounded, moneyExact } from './rules/bounds.ts';
import { eventDeclared, eventTopicUnique } from './rules/events.ts';
import { eventSame } from './rules/events-compatible.ts';
import { listPaginated, pageSizeBounded } from './rules/lists.ts';
import { fieldStaysOptional, optionalFieldsValid } from './rules/required-fields.ts';
import {
  httpGetSafe,
  httpRuleRequired,
  httpRuleStyle,
  httpRuleUnique,
  httpRuleValid,
  httpSuccessValid,
  rpcIdempotencyLevel,
} from './rules/rest.ts';
import { httpBindingSame, httpSuccessSame, rpcAccessKept } from './rules/rest-compatible.ts';

/** The rules of `buf lint`. */
export const LINT_RULES: readonly LintRule[] = [
  httpRuleRequired,
  httpRuleValid,
  httpRuleUnique,
  httpGetSafe,
  httpRuleStyle,
  httpSuccessValid,
  rpcIdempotencyLevel,
  listPaginated,
  pageSizeBounded,
  fieldBounded,
  moneyExact,
  optionalFieldsValid,
  eventDeclared,
  eventTopicUnique,
];

/** The rules of `buf breaking`. */
export const BREAKING_RULES: readonly BreakingRule[] = [
  httpBindingSame,
  httpSuccessSame,
  rpcAccessKept,
  fieldStaysOptional,
  eventSame,
];

/** The categories of all rules, each once. */
export const CATEGORIES: readonly Category[] = [
  ...new Set([...LINT_RULES, ...BREAKING_RULES].map(({ category }) => category)),
];
