/** The built program, as a shell sees it: output, errors and exit codes. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../src/storage/journal.ts';
import { summarize } from '../../src/report/summarize.ts';
import { reserveReportFolder, writeReport } from '../../src/report/write.ts';
import { input, time } from '../report/study.ts';
import { tunedInput } from '../report/tuned-study.ts';
import { writeStudy } from './stored-study.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
let folder: string;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, nodeArgs: readonly string[] = []): Ran {
  const { PATH } = process.env;
  const options = { cwd: folder, encoding: 'utf8', env: { PATH, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, main, ...args], options);
  return { code: status, out: stdout, err: stderr };
}

/** Node arguments with which importing any of these packages is an error. */
function without(packages: readonly string[]): string[] {
  const resolve = `export function resolve(name, context, next) {
    if (${JSON.stringify(packages)}.some(unwanted => name === unwanted || name.startsWith(unwanted + '/'))) throw new Error('imports ' + name);
    return next(name, context);
  }`;
  const hooks = `data:text/javascript,${encodeURIComponent(resolve)}`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(hooks)});`;
  return ['--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(register)}`];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tune-cli-'));
  await writeStudy(join(folder, 'reports'), 'digits', input);
  await writeReport(
    summarize(input),
    await reserveReportFolder(join(folder, 'reports', 'digits'), new Date(2026, 2, 4)),
  );
  await mkdir(join(folder, 'reports', 'damaged'));
  await writeFile(join(folder, 'reports', 'damaged', 'journal.log'), 'not a journal\nat all\n');
  await mkdir(join(folder, 'reports', 'no-study'));
  await writeFile(
    join(folder, 'good.json'),
    '{ "name": "good", "data": { "csv": { "file": "x.csv", "target": "y" } } }',
  );
  await writeFile(join(folder, 'bad.json'), '{ "name": "bad", "budgett": { "trials": 3 } }');
});

afterAll(() => rm(folder, { recursive: true }));

describe('usage', () => {
  test.each<[string[], string]>([
    [[], 'error: the space file is missing: tune <space.json>'],
    [['valdate', 'good.json'], 'error: there is no command "valdate"\n    did you mean "tune validate"?'],
    [['god.json'], 'error: there is no file "god.json"\n    did you mean "good.json"?'],
    [['frobnicate'], 'error: "frobnicate" is neither a command nor a file'],
    [['good.json', 'bad.json'], 'error: one space file at a time, not also bad.json'],
    [['good.json', '--trials', '0'], 'Expected a whole number from 1 to 1000000.'],
    [['good.json', '--trials', '1e3'], 'Expected a whole number from 1 to 1000000.'],
    [['--duration', '10', 'good.json'], 'Expected a time such as 90s, 10m or 1.5h.'],
    [['good.json', '--trails', '3'], "error: unknown option '--trails'\n    Did you mean --trials?"],
    [['run', 'good.json', '--slots', '-1'], 'Expected a whole number from 1 to 1024.'],
    [['validate'], "error: missing required argument 'space.json'"],
    [['show'], "error: missing required argument 'study'"],
    [['show', 'nothing', 'else'], "error: too many arguments for 'show'"],
  ])('%j is refused with advice and exit code 2', (args, message) => {
    const { code, out, err } = run(args);
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('with --json an error is one JSON document on stdout', () => {
    const { code, out, err } = run(['valdate', '--json']);
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'USAGE',
        message: 'there is no command "valdate"\n    did you mean "tune validate"?',
        problems: [{ message: 'there is no command "valdate"', hint: 'did you mean "tune validate"?' }],
        help: expect.any(String),
      },
    });
    expect({ code, err }).toEqual({ code: 2, err: '' });
  });

  test('colour is on request only', () => {
    expect(run(['nope']).err).toMatch(/^error:/);
    expect(run(['nope'], { FORCE_COLOR: '1' }).err).toContain('\u001b[31merror:\u001b[39m');
  });

  test('help and version are no errors, and there without anything heavy', () => {
    const light = without(['@tensorflow', 'piscina', 'zod']);
    const help = run(['--help'], {}, light);
    expect(help).toMatchObject({ code: 0, err: '' });
    const commands = ['run', 'validate', 'init', 'doctor', 'serve'];
    const ofStudies = [
      'list',
      'show',
      'trials',
      'best',
      'advise',
      'diff',
      'export',
      'verify',
      'ask',
      'tell',
      'enqueue',
    ];
    for (const command of [...commands, ...ofStudies]) expect(help.out).toContain(`\n  ${command} `);
    expect(run(['--version'], {}, light)).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(run(['help', 'run'], {}, light)).toMatchObject({
      code: 0,
      out: expect.stringContaining('--trial-duration'),
    });
  });
});

describe('tune validate', () => {
  const light = without(['@tensorflow', 'piscina']);

  test('says what a good file describes', () => {
    const { code, out, err } = run(['validate', 'good.json'], {}, light);
    expect(err).toBe('');
    expect(out).toMatch(/^good\.json is valid: study good, .* 20 trials .* to minimize valLoss\n$/);
    expect(code).toBe(0);
    expect(JSON.parse(run(['validate', 'good.json', '--json']).out)).toMatchObject({
      valid: true,
      study: 'good',
      budget: { trials: 20 },
    });
  });

  test('says what is wrong, where, and what was meant', () => {
    const { code, out, err } = run(['validate', 'bad.json'], {}, light);
    expect(err).toMatch(/^error: bad\.json:1:\d+: /);
    expect(err).toContain('did you mean "budget"?');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const { error } = JSON.parse(run(['validate', 'bad.json', '--json']).out) as { error: { problems: unknown[] } };
    expect(error).toMatchObject({ code: 'SPACE_INVALID', problems: [{ where: { file: 'bad.json', line: 1 } }] });
  });
});

describe('tune list', () => {
  const digits = () => join(folder, 'reports', 'digits', 'journal.log');

  test('lists studies; a damaged one hides no other', () => {
    const { code, out, err } = run(['list']);
    const [head, damaged, digits, ...rest] = out.split('\n');
    expect(head).toMatch(
      /^study +state +trials +complete +pruned +failed +running +paused +interrupted +waiting +best value +last trial \(UTC\)$/,
    );
    expect(damaged).toMatch(/^damaged +unreadable .*journal\.log/);
    expect(digits).toMatch(/^digits +idle +9 +5 +1 +3 +0 +0 +0 +0 +0\.2525 \(trial 7\) +2026-03-04 05:06$/);
    expect({ code, err, rest }).toEqual({ code: 0, err: '', rest: [''] });
  });

  test('says the same as JSON', () => {
    const { studies } = JSON.parse(run(['list', '--json']).out) as { studies: unknown[] };
    expect(studies).toEqual([
      { study: 'damaged', state: 'unreadable', message: expect.stringContaining('journal.log') },
      {
        study: 'digits',
        state: 'idle',
        trials: { all: 9, complete: 5, pruned: 1, failed: 3, running: 0, paused: 0, interrupted: 0, waiting: 0 },
        best: { trial: 7, value: input.trials[7]!.value },
        last: time(44),
      },
    ]);
  });

  test('says which process has a study open', async () => {
    const journal = await openJournal(digits());
    try {
      expect(run(['list']).out).toMatch(/^digits +in use /m);
      const { studies } = JSON.parse(run(['list', '--json']).out) as { studies: unknown[] };
      expect(studies[1]).toMatchObject({ state: 'in use', pid: process.pid });
    } finally {
      await journal.close();
    }
  });

  test('a lock that its holder left behind is none', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(`${digits()}.pid`, JSON.stringify({ pid, host: hostname(), id: 'x' }));
    expect(run(['list']).out).toMatch(/^digits +idle /m);
    await rm(`${digits()}.pid`);
  });

  test('a folder without studies is no error', () => {
    const { code, out } = run(['list', '--reports', 'elsewhere']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('no studies in') });
  });

  test('control characters of names are shown, not sent', async () => {
    await mkdir(join(folder, 'odd', 'a\u001b[31mb'), { recursive: true });
    await copyFile(digits(), join(folder, 'odd', 'a\u001b[31mb', 'journal.log'));
    const { out } = run(['list', '--reports', 'odd']);
    expect(out).toContain('a\\x1b[31mb');
    expect(out).not.toContain('\u001b');
  });
});

describe('tune show', () => {
  test('shows the trials, the best configuration and the files of a study', async () => {
    const { code, out } = run(['show', 'digits']);
    expect(code).toBe(0);
    await expect(out.replaceAll('\\', '/')).toMatchFileSnapshot('golden/show.txt');
    const data = JSON.parse(run(['show', 'digits', '--json']).out) as { trials: unknown[] };
    expect(data).toMatchObject({ study: 'digits', direction: 'minimize', best: { id: 7 } });
    expect(data.trials).toHaveLength(9);
  });

  test('shows where the gradient moved values', async () => {
    await writeStudy(join(folder, 'tuned'), 'tuned', tunedInput);
    const lines = run(['show', 'tuned', '--reports', 'tuned']).out.split('\n');
    expect(lines[3]).toMatch(/^ {4}2 {2}complete .* 0\.00002 → 0\.002404 {2}0\.001 → 0\.000004748 {4}128 +online$/);
    expect(lines[5]).toMatch(/ 0\.00002 +0\.001 +128 +off$/);
    expect(lines).toContain('  lr 0.00002 → 0.002404');
  });

  test('works while the study is being tuned', async () => {
    const journal = await openJournal(join(folder, 'reports', 'digits', 'journal.log'));
    try {
      expect(run(['show', 'digits']).out).toContain('best: trial 7');
    } finally {
      await journal.close();
    }
  });

  test.each([
    ['digit', 'did you mean "digits"?'],
    ['../reports/digits', ''],
    ['.', ''],
    ['no-study', ''],
  ])('knows no study %j', (name, hint) => {
    const { code, out, err } = run(['show', name]);
    expect(err).toContain(`no study "${name}"`);
    expect(err).toContain(hint);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a reader that goes away early is no error', () => {
    const command = `"${process.execPath}" "${main}" show digits --json | head -c 10`;
    const { stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
  });
});
