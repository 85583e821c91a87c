import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Diagnosis } from '../../src/backend/doctor.ts';
import type { Kit } from '../../src/backend/kit.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { fakeMachine } from '../backend/fake-kit.ts';

const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function doctor(kit: Kit, ...options: string[]): Promise<{ text: string; exitCode: number }> {
  await doctorCommand(kit).parseAsync(options, { from: 'user' });
  return { text: printed.join('\n'), exitCode: Number(process.exitCode ?? 0) };
}

describe('without a backend', () => {
  test('says so, names the one command, exits with 3 and changes nothing', async () => {
    const { kit, ran } = fakeMachine();
    const { text, exitCode } = await doctor(kit);
    expect(text).toContain('the native TensorFlow backend is not set up');
    expect(text).toMatch(/To mend it, run:\n {2}(npx )?tune doctor --fix$/);
    expect(exitCode).toBe(3);
    expect(ran).toEqual([]);
  });

  test('--fix sets it up and then finds nothing wrong', async () => {
    const { kit } = fakeMachine();
    const { text, exitCode } = await doctor(kit, '--fix');
    expect(text).toContain('The native backend works.');
    expect(exitCode).toBe(0);
  });

  test('and without a compiler, one command installs it and mends the backend', async () => {
    const { text, exitCode } = await doctor(fakeMachine({ programs: ['python3'] }).kit);
    expect(text).toContain('no C++ compiler was found');
    expect(text).toMatch(/To mend it, run:\n {2}.+ (g\+\+|gcc-c\+\+|gcc) && (npx )?tune doctor --fix$/);
    expect(exitCode).toBe(3);
  });

  test('--fix tells why it failed', async () => {
    const { kit } = fakeMachine({ pip: () => 'ERROR: no route to host' });
    const { text, exitCode } = await doctor(kit, '--fix');
    expect(text).toContain('pip could not download tensorflow-tiny 2.18.1: ERROR: no route to host');
    expect(exitCode).toBe(3);
  });
});

test('--json prints everything that was found', async () => {
  const { kit, build } = fakeMachine();
  await doctor(kit, '--fix', '--json');
  const diagnosis = JSON.parse(printed.join('\n')) as Diagnosis;
  expect(diagnosis).toMatchObject({
    node: process.versions.node,
    tfjsNode: { version: '4.22.0' },
    addon: { path: join(build, 'lib/napi-v8/tfjs_binding.node'), source: 'built', tensorflow: '2.18.1' },
    threads: { TF_NUM_INTRAOP_THREADS: '1' },
    problems: [],
  });
  expect(diagnosis.cpu.cores).toBeGreaterThan(0);
  // The libraries: 300 and 9 bytes, the header: 9, the addon: 5, and the notes.
  expect(diagnosis.cache.bytes).toBeGreaterThan(323);
});

test('as a program, on a machine with neither compiler nor pip, ends with exit code 3', () => {
  const module = new URL('../../dist/cli/doctor.js', import.meta.url).href;
  const script = `
    import { doctorCommand } from ${JSON.stringify(module)};
    await doctorCommand().parseAsync(['--fix'], { from: 'user' });`;
  const empty = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: empty, XDG_CACHE_HOME: empty, HOME: empty },
  });
  expect(status).toBe(3);
  expect(stdout).toContain('no C++ compiler was found (g++, c++, clang++)');
  expect(stdout).toContain('pip, which downloads the TensorFlow libraries, was not found');
});
