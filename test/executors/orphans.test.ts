/** Row 15: hosts end with their coordinator, whatever their threads do, and take with them what these have started. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { childrenOf, isAlive, startTune } from '../cli/program.ts';
import { say } from '../faults/soak.ts';
import { testFolder } from '../tune/test-folder.ts';
import { trainer, until } from './hosts.ts';

const folder = testFolder();

test.each(['waits for ever', 'endless loop', 'sleeps natively', 'computes natively', 'starts a process'])(
  '%s',
  async trouble => {
    const name = trouble.replaceAll(' ', '-');
    const space = join(folder, `${name}.json`);
    const journal = join(folder, 'reports', name, 'journal.log');
    const measurements = (): number => readFileSync(journal, 'utf8').split('"intermediate_value"').length - 1;
    /** Each of the two trials reports before it gets into trouble. */
    const areInTrouble = (): boolean =>
      existsSync(journal) && measurements() >= (trouble === 'starts a process' ? 4 : 2);
    const params = {
      trouble: { type: 'categorical', choices: [trouble] },
      x: { type: 'float', low: 0, high: 1 },
    };
    writeFileSync(space, JSON.stringify({ trainer: trainer('troubled'), space: params }));
    const program = startTune(['run', space, '--slots', '2', '--trials', '2'], { cwd: folder });
    onTestFinished(() => void program.child.kill('SIGKILL'));
    await until(areInTrouble);
    const hosts = childrenOf(program.child);
    expect(hosts).toHaveLength(1);
    const started = hosts.flatMap(host => childrenOf({ pid: Number(host) }));
    expect(started).toHaveLength(trouble === 'starts a process' ? 2 : 0);

    program.child.kill('SIGKILL');
    const killed = performance.now();
    await until(() => ![...hosts, ...started].some(isAlive), 20);
    say(`${trouble}: nothing is left after ${Math.round(performance.now() - killed)} ms`);
  },
);
