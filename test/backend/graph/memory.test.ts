/** What a compiled step has taken it gives back. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('leak-cycles.js', import.meta.url));

interface Measured {
  readonly cycles: number;
  readonly megabytes: number;
  readonly tensors: number;
  readonly graphs: number;
}

describe('500 steps compiled, run and disposed in one thread', { concurrent: true, timeout: 180_000 }, () => {
  // As studies run: without convolutions TensorFlow's own kernels, with them oneDNN's.
  it.each([
    ['dense', '0'],
    ['conv', '1'],
  ])('%s, TF_ENABLE_ONEDNN_OPTS=%s', async (kind, oneDnn) => {
    const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_ENABLE_ONEDNN_OPTS: oneDnn };
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, kind, '500'], { env });
    const measured = JSON.parse(stdout) as Measured[];
    // V8 and the allocator have found their size by then.
    const early = measured.find(({ cycles }) => cycles === 100)!;
    const late = measured.at(-1)!;
    const growth = late.megabytes - early.megabytes;
    console.log(
      `${kind}: ${early.megabytes.toFixed()} MB after ${early.cycles} cycles, ${growth.toFixed(1)} MB more later`,
    );
    expect(late.cycles).toBe(500);
    expect(new Set(measured.map(({ tensors }) => tensors)).size).toBe(1);
    expect(measured.map(({ graphs }) => graphs)).toEqual(measured.map(() => 0));
    expect(growth).toBeLessThan(20);
  });
});
