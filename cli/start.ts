import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { releaseStartMemory, stopOnSignal } from '../runtime/process-life.ts';
import { readStartConfig } from './config.ts';
import { DEMO_USER } from './demo-user.ts';
import { type LocalEnvironment, openLocalEnvironment } from './environment.ts';
import { servicesOptionsOf } from './local-system.ts';

/** `numer start`: the whole system in this process, or with `--split` one process per service. */
export async function start(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { split: { type: 'boolean', default: false }, demo: { type: 'boolean', default: false } },
  });
  const config = readStartConfig();
  await requireFreePort(config.HOST, config.PORT);
  // The modules take as long to load as Postgres to become ready, so both happen at once.
  const load = () => (values.split ? import('./split.ts') : import('./start-system.ts'));
  const environment = await openLocalEnvironment(config, () => void load().catch(() => undefined));
  try {
    const system = values.split ? await startSplit(environment) : await startEmbedded(environment);
    const hasDemo = values.demo || ['1', 'true', 'yes'].includes(process.env.DEMO ?? '');
    if (hasDemo) await (await import('./demo.ts')).seedDemo(system.url);
    process.stdout.write(banner(system.url, environment, hasDemo));
    const { log } = servicesOptionsOf(environment);
    releaseStartMemory(log);
    stopOnSignal(log, async () => {
      await system.stop();
      await environment.close();
    });
  } catch (error) {
    await environment.close();
    throw error;
  }
}

async function startSplit(environment: LocalEnvironment) {
  const { startSplit: start } = await import('./split.ts');
  return start(environment);
}

async function startEmbedded(environment: LocalEnvironment) {
  const { startSystem } = await import('./start-system.ts');
  return startSystem({ ...servicesOptionsOf(environment), host: environment.host, port: environment.port });
}

/** @throws Error naming the variable to change when the port is taken. */
async function requireFreePort(host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      reject(new Error(`Port ${port} is taken. Choose another with PORT, e.g. PORT=${port + 1} make start`));
    } else if (error.code === 'EACCES') {
      reject(new Error(`Port ${port} needs more rights. Choose one above 1023 with PORT, e.g. PORT=8080 make start`));
    } else {
      reject(new Error(`Cannot listen on ${host}:${port} (${error.code ?? error.message}). Change HOST or PORT.`));
    }
  });
  probe.listen(port, host, () => probe.close(() => resolve()));
  await promise;
}

function banner(url: string, environment: LocalEnvironment, hasDemo: boolean): string {
  const mail = environment.variables.MAIL_DIR === undefined ? '' : `\n  Mail   ${url}/dev/mail (caught, not sent)`;
  const email = hasDemo ? DEMO_USER.email : 'me@example.com';
  const password = hasDemo ? DEMO_USER.password : 'correct horse';
  const signUp = `curl -X POST ${url}/users -H 'content-type: application/json' \\
    -d '{"email":"${email}","password":"${password}","name":"Me"}'`;
  const signIn = `curl -X POST ${url}/sessions -H 'content-type: application/json' \\
    -d '{"email":"${email}","password":"${password}"}'`;
  const steps = hasDemo
    ? [
        `  # Sign in as the demo user; the answer holds the access token.\n  ${signIn}`,
        `  # Then look at the dashboard.\n  curl ${url}/stats -H "authorization: Bearer $TOKEN"`,
      ]
    : [`  # Sign up, then sign in; the answer holds the access token.\n  ${signUp}`, `  ${signIn}`];
  return `
  Numer is running.

  API    ${url}  (REST, Connect, gRPC-web and gRPC)
  Docs   ${url}/docs${mail}
  Data   ${environment.dataDir}
${hasDemo ? `  Demo   ${DEMO_USER.email} / ${DEMO_USER.password}\n` : ''}
  Try it:

${steps.join('\n\n')}

  The README walks on from there. Ctrl-C stops everything; the data stays.

`;
}
