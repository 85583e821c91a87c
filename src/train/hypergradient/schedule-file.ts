/**
 * Learned schedules on disk: beside the checkpoints of trials, and in the folder of the saved model for anyone's use.
 * Plain JSON: `{ "format": "tune-schedule/1", "every": 10, "stepsPerEpoch": 63, "values": { "lr": [0.01, 0.012] } }`.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf, TuneError } from '../../errors.ts';
import { toProblems } from '../../space/finding.ts';
import { check } from '../../space/issues.ts';
import type { Json } from '../../space/space.ts';
import { writeWhole } from '../../write-whole.ts';
import type { LearnedSchedule } from './tuning.ts';

/** Its name in the folder of a saved model. */
export const scheduleName = 'schedule.json';

const format = 'tune-schedule/1';

const scheduleFile = z.strictObject({
  format: z.literal(format),
  every: z.int().min(1),
  stepsPerEpoch: z.int().min(1),
  values: z
    .record(z.string(), z.array(z.number()).min(1))
    .refine(values => Object.keys(values).length > 0, { params: { expected: 'the values of a parameter' } }),
});

export async function writeSchedule(path: string, { every, stepsPerEpoch, values }: LearnedSchedule): Promise<void> {
  const document: z.infer<typeof scheduleFile> = {
    format,
    every,
    stepsPerEpoch,
    values: Object.fromEntries(Object.entries(values).map(([name, own]) => [name, [...own]])),
  };
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, `${JSON.stringify(document)}\n`);
}

/** @throws TuneError FILE_UNREADABLE; DATA_INVALID for anything but a schedule, with its place in the file */
export async function readSchedule(path: string): Promise<LearnedSchedule> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: path } }, { cause: error });
  });
  const { data, findings } = check(scheduleFile, parse(text, path));
  if (!data)
    throw new TuneError(
      'DATA_INVALID',
      toProblems(findings).map(problem => ({ ...problem, where: { file: path } })),
    );
  const { every, stepsPerEpoch, values } = data;
  return { every, stepsPerEpoch, values };
}

function parse(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const problem = { message: messageOf(error), where: { file }, expected: 'a schedule as it was saved' };
    throw new TuneError('DATA_INVALID', problem, { cause: error });
  }
}
