import { check, listCategories, listRules } from './check.ts';
import {
  CheckRequestSchema,
  CheckResponseSchema,
  ListCategoriesRequestSchema,
  ListCategoriesResponseSchema,
  ListRulesRequestSchema,
  ListRulesResponseSchema,
} from './gen/check_pb.ts';
import { defineProcedure } from './pluginrpc.ts';

const SERVICE = '/buf.plugin.check.v1.CheckService';

/** What Buf calls of a check plugin. */
export const procedures = [
  defineProcedure({
    path: `${SERVICE}/Check`,
    command: 'check',
    input: CheckRequestSchema,
    output: CheckResponseSchema,
    run: check,
  }),
  defineProcedure({
    path: `${SERVICE}/ListRules`,
    command: 'list-rules',
    input: ListRulesRequestSchema,
    output: ListRulesResponseSchema,
    run: listRules,
  }),
  defineProcedure({
    path: `${SERVICE}/ListCategories`,
    command: 'list-categories',
    input: ListCategoriesRequestSchema,
    output: ListCategoriesResponseSchema,
    run: listCategories,
  }),
];
