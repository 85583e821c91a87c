/** `tune advise`: what a report advises, and a copy of the space file that follows it. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/report/advice/advice.ts';
import { toJsonText } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import { writeReport } from '../../src/report/write.ts';
import { loadSpaceFile } from '../../src/space/parse.ts';
import { sections } from '../../src/tune/sections.ts';
import { space, studyOf, usualImportance, valley, written } from '../report/advised-studies.ts';
import { input, time } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const reports = join(cwd, 'reports');
const run = (...args: string[]) => runLight(['advise', ...args], cwd);
const spaces = join(cwd, 'spaces');

const text = `{
  // Kept.
  "data": { "glyphs": { "examples": 100 } },
  "model": { "layers": ["flatten", { "dense": { "units": "$units" } }, { "dropout": "$dropout" }] },
  "train": { "optimizer": { "adam": { "learningRate": "$lr" } }, "batchSize": "$batchSize", "epochs": 40 },
  "space": {
${Object.entries(written.space)
  .map(([name, param]) => `    "${name}": ${JSON.stringify(param)}`)
  .join(',\n')}
  }
}
`;

/** A study with its report, whose best trials crowd at the upper bound of lr. */
async function writeAdvised(name: string, change: (report: Report) => unknown = report => report): Promise<string> {
  const advised = studyOf({ seed: 100, count: 100, importance: usualImportance, outcome: valley(1.1) });
  const file = join(spaces, `${name}.json`);
  await writeFile(file, text);
  const { trials, report } = advised;
  await writeStudy(reports, name, { space, trials }, { file: `../../spaces/${name}.json` });
  const folder = join(reports, name, '2026-03-04');
  await mkdir(folder, { recursive: true });
  const byHand = { ...rules['at-the-bound'](advised)[0]!, text: 'Look at the data.', patch: [] };
  const whole = { ...report, advice: [...rules['at-the-bound'](advised), byHand] };
  const { json } = await writeReport(whole, folder);
  await writeFile(json, toJsonText(change(whole)));
  return file;
}

beforeAll(async () => {
  await mkdir(spaces);
  await writeAdvised('digits');
});

test('says what to change, without TensorFlow', async () => {
  const { code, out, err, native } = await run('digits');
  expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
  expect(out).toMatch(
    /^1\. The best lr, 0\.0\d+, touches its upper bound 0\.1, as \d+ of the 10 best trials do: extend it to 1\.\n/,
  );
  expect(out).toContain('\n     replace /space/lr/high 1\n');
  expect(out).toContain('\n2. Look at the data.\n');
  expect(out).toMatch(/\nnext: npx tune advise digits --apply\n$/);
  const { advice } = JSON.parse((await run('digits', '--json')).out) as { advice: unknown[] };
  expect(advice[0]).toMatchObject({
    rule: 'at-the-bound',
    patch: [{ op: 'replace', path: '/space/lr/high', value: 1 }],
  });
});

describe('--apply', () => {
  test('writes a valid copy beside the file, which begins with what was found', async () => {
    const file = await writeAdvised('applied');
    const { code, out, err } = await run('applied', '--apply');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^wrote spaces\/applied\.advised\.json: study applied-advised, which follows 1 of 2 pieces of advice\n/,
    );
    expect(out).toContain('\nby hand: Look at the data.\n');
    expect(out).toMatch(/\nnext: npx tune spaces\/applied\.advised\.json\n$/);
    expect(await readFile(file, 'utf8')).toBe(text);
    const copy = join(spaces, 'applied.advised.json');
    expect(await readFile(copy, 'utf8')).toContain('\n  // Kept.\n');
    const { name, space: changed, search } = await loadSpaceFile(copy, sections);
    expect(name).toBe('applied-advised');
    expect(changed.params[0]).toMatchObject({ name: 'lr', low: 1e-4, high: 1 });
    expect(search.warmStart).toEqual(['../reports/applied']);
  });

  test('replaces its own copy, and none that someone has changed', async () => {
    await writeAdvised('twice');
    const copy = join(spaces, 'twice.advised.json');
    await run('twice', '--apply');
    const first = await readFile(copy, 'utf8');
    await writeAdvised('twice', report => ({
      ...report,
      advice: [{ ...report.advice![0]!, patch: [{ op: 'replace', path: '/space/lr/high', value: 0.5 }] }],
    }));
    expect((await run('twice', '--apply')).code).toBe(0);
    const second = await readFile(copy, 'utf8');
    expect(second).not.toBe(first);
    expect((await run('twice', '--apply')).code).toBe(0);
    expect(await readFile(copy, 'utf8')).toBe(second);
    await writeFile(copy, `${second}// mine\n`);
    const { code, err } = await run('twice', '--apply');
    expect(code).toBe(2);
    expect(err).toContain('error: spaces/twice.advised.json exists, and is not as "tune advise" wrote it');
    expect(await readFile(copy, 'utf8')).toBe(`${second}// mine\n`);
    const other = JSON.parse((await run('twice', '--apply', '--output', 'spaces/mine.json', '--json')).out) as object;
    expect(other).toMatchObject({ file: join(spaces, 'mine.json'), name: 'twice-advised' });
  });

  test.each([
    ['over the space file', ['--output', 'spaces/digits.json'], 'is the space file itself'],
    ['into another folder', ['--output', 'elsewhere.json'], 'is in another folder than the space file'],
    ['through a link', ['--output', 'spaces/link.json'], 'is no plain file'],
  ])('does not write %s', async (_, args, message) => {
    await symlink(join(spaces, 'digits.json'), join(spaces, 'link.json')).catch(() => undefined);
    const { code, err } = await run('digits', '--apply', ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(await readFile(join(spaces, 'digits.json'), 'utf8')).toBe(text);
  });

  test('writes nothing where nothing fits', async () => {
    await writeAdvised('stale', report => ({
      ...report,
      advice: [{ ...report.advice![0]!, patch: [{ op: 'add', path: '/space/__proto__/x', value: 1 }] }],
    }));
    const { code, out } = await run('stale', '--apply');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^no copy was written: no advice can be applied\nleft out: at-the-bound \(the file is not what it was/,
    );
    await expect(readFile(join(spaces, 'stale.advised.json'))).rejects.toThrow('ENOENT');
  });
});

test('a copy is advised on too', async () => {
  await writeAdvised('digits-advised');
  expect((await run('digits-advised', '--apply')).out).toMatch(
    /^wrote spaces\/digits-advised\.advised\.json: study digits-advised-2,/,
  );
});

test.each([
  ['without a report', 'new', 'has no report yet'],
  ['with advice that is none', 'broken', 'the advice of this report is not what a report has'],
  ['that is not there', 'digit', 'no study "digit"'],
])('a study %s has none', async (_, name, message) => {
  await writeStudy(reports, 'new', input, { at: time(0) });
  await writeAdvised('broken', report => ({ ...report, advice: [{ rule: 1 }] }));
  const { code, err } = await run(name);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('names in it cannot drive a terminal', async () => {
  await writeAdvised('loud', report => ({ ...report, advice: [{ ...report.advice![0]!, text: '\u001B[31mred' }] }));
  expect((await run('loud')).out).toContain(String.raw`\x1b[31mred`);
});
