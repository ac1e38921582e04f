import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { readArguments, readNumber } from './arguments.ts';
import { signInAll } from './callers.ts';
import { type DatasetSize, idOf } from './dataset.ts';
import { HttpConnection } from './http-connection.ts';
import { compileRequest } from './http-request.ts';
import { loadInvoiceRange, loadNumer } from './load/load-numer.ts';
import { cpuBetween } from './processes.ts';
import { type RunningTarget, startTarget } from './running-target.ts';
import { median } from './statistics.ts';
import { readTargetFile } from './target-file.ts';
import { markdownTable, writeResults } from './write-results.ts';

/** The questions, by their names in the table. All invoices belong to one user and have one currency. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'the first page': '/invoices',
  'the oldest first': '/invoices?order=CREATE_TIME_ASC',
  'soonest due first': '/invoices?order=DUE_DATE_ASC',
  'a state': '/invoices?state=OPEN',
  'a state that none has': '/invoices?state=UNCOLLECTIBLE',
  'two states, by due date': '/invoices?state=DRAFT&state=VOID&order=DUE_DATE_DESC',
  'a customer': `/invoices?customerId=${idOf('customer', 3)}`,
  'a customer without invoices': `/invoices?customerId=${idOf('customer', 999)}`,
  'a recurring invoice that made none': `/invoices?recurringInvoiceId=${idOf('invoice', 0)}`,
  'a quote that became none': `/invoices?quoteId=${idOf('invoice', 0)}`,
  'a currency': '/invoices?currencyCode=EUR',
  'a currency that none has': '/invoices?currencyCode=USD',
  'a range of issue dates': '/invoices?issueDateFrom=2026-03-01&issueDateTo=2026-03-02',
  'a range of issue dates that none has': '/invoices?issueDateFrom=2030-01-01',
  'a range of totals': '/invoices?totalMinorFrom=1000000&totalMinorTo=2000000',
  'a range of totals that none has': '/invoices?totalMinorFrom=2000000',
  'a range of due dates': '/invoices?dueDateFrom=2027-01-01',
  'what is overdue': '/invoices?overdue=true',
  'what is not overdue': '/invoices?overdue=false',
  'a number': '/invoices?number=INV-00042',
  'the beginning of a number': '/invoices?numberPrefix=INV-0000',
  'a word that most have': '/invoices?text=bread',
  'two words that most have': '/invoices?text=bread%20bakery',
  'a word that none has': '/invoices?text=zeppelin',
  metadata: '/invoices?metadataKey=project&metadataValue=7',
  'metadata that none has': '/invoices?metadataKey=project&metadataValue=none',
  'a customer statement': `/customers/${idOf('customer', 5)}/statement`,
  'a customer statement, from its middle': `/customers/${idOf('customer', 5)}/statement?fromDate=2026-06-01`,
  statistics: '/stats',
};

/** Some 50 GB. */
const INVOICES_MAX = 10_000_000;

/** Requests of a question in a block, and blocks of each at each size. */
const BLOCK = 40;
const BLOCKS = 9;

/** The cost of a question at a size: that of its cheapest block, since anything else that the machine does only adds to it. */
interface Answer {
  readonly question: string;
  readonly invoices: number;
  readonly latencyMs: number;
  readonly postgresMs: number;
}

const { sizes, out } = readArguments(
  {
    sizes: { type: 'string', default: '10000,100000,1000000', description: 'Invoices at which to measure, ascending' },
    out: { type: 'string', default: 'bench-results', description: 'Folder of the results' },
  },
  (values) => ({
    sizes: values.sizes.split(',').map((size) => readNumber('sizes', size, 1, INVOICES_MAX)),
    out: values.out,
  }),
);
const file = readTargetFile(join(import.meta.dirname, 'targets', 'embedded.json'));
const scratch = makeScratchDir('numer-bench');
const answers: Answer[] = [];
try {
  for (const [index, invoices] of sizes.entries()) {
    say(`loading ${invoices} invoices`);
    await load({ users: 1, invoices, content: 'ONE_LINE' }, sizes[index - 1] ?? 0);
    answers.push(...(await askAll(invoices)));
  }
} finally {
  scratch.remove();
}
writeResults(out, 'scale', { sizes, answers }, table());

/** Brings the databases from `present` invoices to so many. */
async function load(size: DatasetSize, present: number): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir: join(scratch.path, 'postgres'), durable: false });
  try {
    const url = server.url('postgres');
    if (present === 0) await loadNumer(url, size, ['invoice', 'stats']);
    else await loadInvoiceRange(url, size, { from: present, to: size.invoices }, ['invoice', 'stats']);
  } finally {
    await server.stop();
  }
}

/** Asks every question in blocks that alternate. */
async function askAll(invoices: number): Promise<Answer[]> {
  const target = await startTarget(file, { dataDir: scratch.path, databaseUrl: undefined, amqpUrl: undefined });
  try {
    const token = (await signInAll(target, { users: 1, invoices })).tokenOf(0);
    const found = new Map(
      Object.keys(QUESTIONS).map((question) => [question, { latencyMs: Infinity, postgresMs: Infinity }]),
    );
    for (let block = 0; block <= BLOCKS; block++) {
      for (const [question, path] of Object.entries(QUESTIONS)) {
        const result = await ask(target, path, token);
        const least = found.get(question);
        // The first block warms up plans, caches and compiled code.
        if (block === 0 || least === undefined) continue;
        least.latencyMs = Math.min(least.latencyMs, median(result.latenciesMs));
        least.postgresMs = Math.min(least.postgresMs, result.postgresMs / BLOCK);
      }
    }
    return [...found].map(([question, least]) => ({ question, invoices, ...least }));
  } finally {
    await target.stop();
  }
}

async function ask(target: RunningTarget, path: string, token: string) {
  const text = compileRequest({ method: 'GET', path }, new URL(target.address).host)({ token });
  const connection = await HttpConnection.open(target.address);
  const latenciesMs: number[] = [];
  const before = target.read();
  for (let count = 0; count < BLOCK; count++) {
    const startTime = performance.now();
    const { status, body } = await connection.exchange(text);
    latenciesMs.push(performance.now() - startTime);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body.toString()}`);
  }
  connection.close();
  return { latenciesMs, postgresMs: cpuBetween(before, target.read()).get('postgres')?.cpuMs ?? 0 };
}

function table(): string {
  const rows = Object.keys(QUESTIONS).map((question) => {
    const found = answers.filter((answer) => answer.question === question);
    const largest = found.at(-1);
    const smallest = found[0];
    return [
      question,
      ...found.map(({ latencyMs, postgresMs }) => `${latencyMs.toFixed(2)} (${postgresMs.toFixed(2)})`),
      `${((largest?.latencyMs ?? 0) / (smallest?.latencyMs ?? 0)).toFixed(2)}x`,
      `${((largest?.postgresMs ?? 0) / (smallest?.postgresMs ?? 0)).toFixed(2)}x`,
    ];
  });
  const head = ['question', ...sizes.map(String), 'largest to smallest', 'the same of Postgres CPU'];
  return `Median milliseconds of a request in the quietest block, and of it CPU of Postgres, by invoices of one user\n\n${markdownTable(head, rows)}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
