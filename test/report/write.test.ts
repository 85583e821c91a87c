import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { summarize } from '../../src/report/summarize.ts';
import { latestReport, reserveReportFolder, writeReport } from '../../src/report/write.ts';
import { input } from './study.ts';

const report = summarize(input);
const day = new Date(2026, 2, 4, 23, 30);
let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tune-report-')), 'digits');
});

afterEach(() => rm(join(folder, '..'), { recursive: true }));

describe('reports on disk', () => {
  test('each run of a day has a folder of its own, also when they start at once', async () => {
    const reserved = await Promise.all(Array.from({ length: 12 }, () => reserveReportFolder(folder, day)));
    const expected = ['2026-03-04', ...Array.from({ length: 11 }, (_, index) => `2026-03-04.${index + 2}`)];
    expect(reserved.toSorted()).toEqual(expected.map(name => join(folder, name)).toSorted());
  });

  test('writes all three files and leaves nothing else', async () => {
    const reserved = await reserveReportFolder(folder, day);
    const files = await writeReport(report, reserved);
    expect((await readdir(reserved)).toSorted()).toEqual(['report.html', 'report.json', 'report.md']);
    expect(JSON.parse(await readFile(files.json, 'utf8'))).toMatchObject({ schema: 'tune-report/1' });
    expect(await readFile(files.markdown, 'utf8')).toContain('### Tuning of digits');
  });

  test('finds the newest report: the tenth run of a day comes after the ninth', async () => {
    for (let run = 1; run <= 10; run += 1) {
      const reserved = await reserveReportFolder(folder, day);
      await writeReport({ ...report, study: { ...report.study, seed: run } }, reserved);
    }
    await mkdir(join(folder, '2026-03-04.10', 'model'));
    const latest = await latestReport(folder);
    expect(latest!.report.study.seed).toBe(10);
    expect(latest!.files).toEqual({
      html: join(folder, '2026-03-04.10', 'report.html'),
      markdown: join(folder, '2026-03-04.10', 'report.md'),
      json: join(folder, '2026-03-04.10', 'report.json'),
      model: join(folder, '2026-03-04.10', 'model'),
    });
  });

  test('passes over reports that are missing or damaged', async () => {
    expect(await latestReport(folder)).toBeUndefined();
    await writeReport(report, await reserveReportFolder(folder, day));
    const damaged = await reserveReportFolder(folder, day);
    await writeFile(join(damaged, 'report.json'), '{"schema":"tune-re');
    await reserveReportFolder(folder, day);
    await mkdir(join(folder, 'checkpoints'));
    expect((await latestReport(folder))!.files.json).toBe(join(folder, '2026-03-04', 'report.json'));
  });

  test('a folder that cannot be written is an error with advice', async () => {
    const blocked = join(folder, 'file');
    await mkdir(folder);
    await writeFile(blocked, '');
    await expect(writeReport(report, blocked)).rejects.toThrow(TuneError);
    await expect(reserveReportFolder(blocked, day)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });
});
