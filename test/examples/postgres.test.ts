/** The examples of more than one machine: they parse, fit together, and call the program by commands that it takes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { root } from '../cli/program.ts';
import { testFolder } from '../tune/test-folder.ts';
import { has } from './has.ts';

const folder = join(root, 'examples', 'postgres');
const units = ['tune-worker@.service', 'tune-coordinator@.service'];
const scratch = testFolder();

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function expectTaken([name, ...args]: readonly string[]): void {
  const command = createProgram().commands.find(each => each.name() === name);
  expect(command?.name()).toBe(name);
  const { unknown } = command!.parseOptions([...args]);
  expect(unknown).toEqual([]);
}

interface Service {
  readonly image: string;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: unknown;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

describe.skipIf(!has('python3', '-c', 'import yaml'))('compose.yaml', () => {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
  const compose = (): {
    services: Record<string, Service>;
    networks: object;
    volumes: object;
  } => JSON.parse(execFileSync('python3', ['-c', script], { input: read('compose.yaml'), encoding: 'utf8' }));

  test('has services that come one after the other, in one network that nobody else is in', () => {
    const { services, networks, volumes } = compose();
    expect(Object.keys(services)).toEqual(['database', 'tables', 'roles', 'coordinator', 'worker']);
    expect(networks).toEqual({ inside: { internal: true } });
    for (const service of Object.values(services)) {
      expect(service.networks).toEqual(['inside']);
      expect(service.ports).toBeUndefined();
      for (const name of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty(name);
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(':');
        if (source!.startsWith('./')) continue;
        expect(volumes).toHaveProperty(source!);
      }
    }
    for (const name of ['coordinator', 'worker'])
      expect(services[name]!.depends_on).toEqual({ roles: { condition: 'service_completed_successfully' } });
  });

  test('calls the program rightly, and gives each no password but its own', () => {
    const { services } = compose();
    for (const name of ['tables', 'coordinator', 'worker']) {
      const { command, environment } = services[name]!;
      const [program, ...args] = command as readonly string[];
      expect(program).toBe('node_modules/.bin/tune');
      expectTaken(args);
      expect(new URL(environment!['TUNE_STORAGE']!).password).toBe('');
    }
    expect(services['worker']!.environment!['PGPASSWORD']).toBe('${WORKER_PASSWORD}');
    expect(services['coordinator']!.environment!['PGPASSWORD']).toBe('${COORDINATOR_PASSWORD}');
    for (const { command } of Object.values(services)) expect(JSON.stringify(command ?? '')).not.toContain('PASSWORD');
  });
});

describe.each(units)('%s', name => {
  test('calls the program rightly, and has its secrets from a file', () => {
    const [, command] = /^ExecStart=\/srv\/tune\/node_modules\/\.bin\/tune (.*)$/m.exec(read(name))!;
    expectTaken(command!.split(' '));
    expect(read(name)).toMatch(/^EnvironmentFile=\/etc\/tune\/\w+\.env$/m);
    expect(read(name)).not.toMatch(/^Environment=.*(PASSWORD|STORAGE)/m);
  });

  test.skipIf(!has('systemd-analyze', '--version'))('is one that systemd takes', () => {
    const copy = join(scratch, name);
    writeFileSync(copy, read(name).replace('/srv/tune/node_modules/.bin/tune', '/bin/true'));
    expect(execFileSync('systemd-analyze', ['verify', copy], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });
});
