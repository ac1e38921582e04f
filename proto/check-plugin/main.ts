/**
 * The check plugin. `buf lint` and `buf breaking` run it as `node proto/check-plugin/main.ts`, as buf.yaml says.
 */
import { buffer } from 'node:stream/consumers';
import { prepareImports } from '../../runtime/process/prepare-imports.ts';

// Buf starts this program several times in a run, so most of its time goes to its imports.
prepareImports();
const { answerCall } = await import('./pluginrpc.ts');
const { procedures } = await import('./procedures.ts');

try {
  process.stdout.write(await answerCall(procedures, process.argv.slice(2), () => buffer(process.stdin)));
} catch (error) {
  process.stderr.write(`check-plugin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
