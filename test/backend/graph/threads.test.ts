/** Threads of one process compile and run at the same time, and do not disturb each other. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('threads.js', import.meta.url));

async function train(...seeds: readonly number[]): Promise<{ losses: number[]; weights: string; graphs: number }[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...seeds.map(String)]);
  return JSON.parse(stdout);
}

it('two at once have the results of one alone, bit for bit', async () => {
  const [[alone], [same, other, again]] = await Promise.all([train(7), train(7, 8, 7)]);
  expect(same).toEqual(alone);
  expect(again).toEqual(alone);
  expect(other!.weights).not.toBe(alone!.weights);
  expect(alone).toMatchObject({ graphs: 0, losses: { length: 10 } });
  expect(alone!.weights).toHaveLength(20 * 5 * 8);
  expect(alone!.losses.at(-1)!).toBeLessThan(alone!.losses[0]!);
});
