import { cpuPerRequest, type Footprint, type Measurement } from './measurement.ts';
import { COMPARED, OPERATION_NAMES, type OperationName } from './operations.ts';
import { geometricMean, median, percentile } from './statistics.ts';
import type { TargetFile } from './target-file.ts';
import { markdownTable } from './write-results.ts';

/** The results of `make bench` as Markdown; the other targets are compared with the first. */
export function requestTables(
  measurements: readonly Measurement[],
  footprints: readonly Footprint[],
  files: readonly TargetFile[],
): string {
  const names = footprints.map(({ target }) => target);
  const connectionCounts = [...new Set(measurements.map(({ connections }) => connections))];
  return [
    files
      .filter(({ name }) => names.includes(name))
      .map(({ name, description }) => `- **${name}**: ${description}`)
      .join('\n'),
    ...connectionCounts.map((connections) => requestTable(measurements, names, connections)),
    meanTable(measurements, names),
    processTable(measurements, names),
    footprintTable(footprints),
  ].join('\n\n');
}

function requestTable(measurements: readonly Measurement[], names: readonly string[], connections: number): string {
  const rows = OPERATION_NAMES.flatMap((operation) => {
    const blocksOf = (target: string) => select(measurements, { target, operation, connections, mode: 'whole' });
    const base = blocksOf(names[0] ?? '');
    return names.map((target) => {
      const blocks = blocksOf(target);
      const latencies = blocks.flatMap(({ latenciesMs }) => latenciesMs);
      const whole = medianCpu(blocks, 'application');
      const own = requestCpu(measurements, target, operation, connections);
      return [
        operation,
        target,
        rate(blocks).toFixed(0),
        percentile(latencies, 0.5).toFixed(2),
        percentile(latencies, 0.99).toFixed(2),
        own.toFixed(3),
        spread(requestBlocks(measurements, target, operation, connections)),
        connections === 1 || own === whole ? '' : Math.max(0, whole - own).toFixed(3),
        medianCpu(blocks, 'database').toFixed(3),
        medianCpu(blocks, 'broker') > 0.0005 ? medianCpu(blocks, 'broker').toFixed(3) : '',
        (blocks.reduce((sum, block) => sum + block.bodyBytes, 0) / latencies.length).toFixed(0),
        ratio(own, requestCpu(measurements, names[0] ?? '', operation, connections)),
        ratio(rate(blocks), rate(base)),
      ];
    });
  });
  const head = [
    '',
    'target',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'application CPU ms',
    '±',
    'and its events',
    'Postgres CPU ms',
    'broker CPU ms',
    'bytes',
    'CPU ratio',
    'rate ratio',
  ];
  return `## ${connections} connection${connections === 1 ? '' : 's'}\n\n${markdownTable(head, rows)}`;
}

function meanTable(measurements: readonly Measurement[], names: readonly string[]): string {
  const connections = Math.max(...measurements.map((each) => each.connections));
  const rows = names.map((target) => {
    const ratiosOf = (costOf: (name: string, operation: OperationName) => number) =>
      geometricMean(COMPARED.map((operation) => costOf(target, operation) / costOf(names[0] ?? '', operation)));
    const whole = (name: string, operation: OperationName) =>
      medianCpu(select(measurements, { target: name, operation, connections, mode: 'whole' }), 'application');
    return [
      target,
      ratiosOf((name, operation) => requestCpu(measurements, name, operation, connections)).toFixed(2),
      ratiosOf(whole).toFixed(2),
    ];
  });
  const head = ['target', 'CPU of the requests', 'CPU with all that follows'];
  return `## Geometric mean of the ratios over ${COMPARED.join(', ')}\n\n${markdownTable(head, rows)}`;
}

function processTable(measurements: readonly Measurement[], names: readonly string[]): string {
  const connections = Math.max(...measurements.map((each) => each.connections));
  const rows = names.flatMap((target) => {
    const own = measurements.filter(
      (each) => each.target === target && each.connections === connections && each.mode === 'whole',
    );
    const processes = [...new Set(own.flatMap(({ cpu }) => [...cpu.keys()]))];
    return processes.map((name) => [
      target,
      name,
      ...OPERATION_NAMES.map((operation) => {
        const blocks = own.filter((each) => each.operation === operation);
        return median(blocks.map(({ cpu, requests }) => (cpu.get(name)?.cpuMs ?? 0) / requests)).toFixed(3);
      }),
    ]);
  });
  return `## CPU milliseconds a request by process, with all that follows\n\n${markdownTable(['target', 'process', ...OPERATION_NAMES], rows)}`;
}

function footprintTable(footprints: readonly Footprint[]): string {
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  const rows = footprints.flatMap(({ target, startMs, idle, later }) =>
    idle.map(({ name, bytes }, index) => [
      target,
      name,
      megabytes(bytes),
      megabytes(later.find((each) => each.name === name)?.bytes ?? 0),
      index === 0 ? (startMs / 1000).toFixed(2) : '',
    ]),
  );
  return `## Memory and start\n\n${markdownTable(['target', 'process', 'MB when started', 'MB after all requests', 's to be ready'], rows)}`;
}

function select(
  measurements: readonly Measurement[],
  wanted: Pick<Measurement, 'target' | 'operation' | 'connections' | 'mode'>,
): Measurement[] {
  return measurements.filter(
    ({ target, operation, connections, mode }) =>
      target === wanted.target &&
      operation === wanted.operation &&
      connections === wanted.connections &&
      mode === wanted.mode,
  );
}

/** The blocks that measured the request without its effects, if there are any. */
function requestBlocks(
  measurements: readonly Measurement[],
  target: string,
  operation: OperationName,
  connections: number,
): Measurement[] {
  const held = select(measurements, { target, operation, connections, mode: 'held' });
  return held.length > 0 ? held : select(measurements, { target, operation, connections, mode: 'whole' });
}

function requestCpu(...which: Parameters<typeof requestBlocks>): number {
  return medianCpu(requestBlocks(...which), 'application');
}

/** The spread of the blocks: the median distance from their median, in percent of it. */
function spread(blocks: readonly Measurement[]): string {
  const costs = blocks.map((block) => cpuPerRequest(block, 'application'));
  const middle = median(costs);
  return `${((median(costs.map((cost) => Math.abs(cost - middle))) / middle) * 100).toFixed(0)}%`;
}

function medianCpu(blocks: readonly Measurement[], kind: 'application' | 'database' | 'broker'): number {
  return median(blocks.map((block) => cpuPerRequest(block, kind)));
}

function rate(blocks: readonly Measurement[]): number {
  return median(blocks.map(({ requests, durationMs }) => (requests / durationMs) * 1_000));
}

function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(2)}x`;
}
