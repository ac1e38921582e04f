/**
 * The check plugin. `buf lint` and `buf breaking` run it as `node proto/check-plugin/main.ts`, as buf.yaml says.
 */
import { buffer } from 'node:stream/consumers';
import { check, listCategories, listRules } from './check.ts';
import {
  CheckRequestSchema,
  CheckResponseSchema,
  ListCategoriesRequestSchema,
  ListCategoriesResponseSchema,
  ListRulesRequestSchema,
  ListRulesResponseSchema,
} from './gen/check_pb.ts';
import { answerCall, defineProcedure } from './pluginrpc.ts';

const SERVICE = '/buf.plugin.check.v1.CheckService';

const procedures = [
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

try {
  process.stdout.write(await answerCall(procedures, process.argv.slice(2), () => buffer(process.stdin)));
} catch (error) {
  process.stderr.write(`check-plugin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
