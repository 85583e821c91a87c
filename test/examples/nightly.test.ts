/** The examples of nights by themselves: they parse, and their commands are ones that the program takes. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { has } from './has.ts';

const folder = fileURLToPath(new URL('../../examples/nightly/', import.meta.url));

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

test.each(['tune-nightly.yml', 'tune-nightly.service', 'crontab'])('%s calls the program rightly', name => {
  const commands = [...read(name).matchAll(/npx tune (nightly [^\n>]*)/g)].map(([, args]) => args!.trim().split(/\s+/));
  expect(commands.length).toBeGreaterThan(0);
  for (const [command, ...args] of commands) {
    const nightly = createProgram().commands.find(each => each.name() === command)!;
    const { operands, unknown } = nightly.parseOptions(args);
    expect(operands).toEqual(['search-spaces']);
    expect(unknown).toEqual([]);
    expect(nightly.opts()['duration']).toBeGreaterThan(3600);
  }
});

test.skipIf(!has('python3', '-c', 'import yaml'))('the workflow is YAML that GitHub takes', () => {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.load(sys.stdin, Loader=yaml.BaseLoader)))';
  const json = execFileSync('python3', ['-c', script], { input: read('tune-nightly.yml'), encoding: 'utf8' });
  const { on, jobs } = JSON.parse(json) as {
    on: { schedule: { cron: string }[] };
    jobs: { tune: { 'runs-on': string; steps: Record<string, unknown>[] } };
  };
  expect(on.schedule[0]!.cron.split(' ')).toHaveLength(5);
  const used = jobs.tune.steps.map(({ uses, run }) => uses ?? run);
  expect(used.map(String)).toEqual([
    'actions/checkout@v4',
    'actions/setup-node@v4',
    'npm ci',
    'actions/cache/restore@v4',
    expect.stringMatching(/^npx tune nightly/),
    'actions/cache/save@v4',
    'actions/upload-artifact@v7',
    'actions/upload-artifact@v7',
  ]);
  // What the night wrote is kept when it ends with 6.
  for (const step of jobs.tune.steps.slice(5)) expect(step['if']).toBe('always()');
  expect(jobs.tune.steps[6]!['with']).toMatchObject({ archive: 'false' });
});

test('the line for cron has its five times', () => {
  const line = read('crontab')
    .split('\n')
    .find(text => text !== '' && !text.startsWith('#'));
  expect(line).toMatch(/^\d{1,2} \d{1,2} \* \* \* cd /);
  // Cron takes a percent sign for the end of the line.
  expect(line).not.toContain('%');
});

test('the unit and its timer have what systemd wants', () => {
  const keys = (name: string) => read(name).match(/^\[?\w+\]?(?==|$)/gm)!;
  expect(keys('tune-nightly.service')).toEqual(expect.arrayContaining(['[Unit]', '[Service]', 'Type', 'ExecStart']));
  expect(keys('tune-nightly.timer')).toEqual(
    expect.arrayContaining(['[Timer]', 'OnCalendar', '[Install]', 'WantedBy']),
  );
});

test.skipIf(!has('systemd-analyze', '--version'))('systemd knows when that is', () => {
  const [, when] = /^OnCalendar=(.*)$/m.exec(read('tune-nightly.timer'))!;
  expect(execFileSync('systemd-analyze', ['calendar', when!], { encoding: 'utf8' })).toContain('*-*-* 01:30:00');
});
