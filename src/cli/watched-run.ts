/** Runs a study, says how it goes, and ends the process with what came out. */
import { errorCodes } from '../errors.ts';
import { toJsonText } from '../report/json.ts';
import type { TuneOptions, TuneResult } from '../tune/options.ts';
import { interruptedExit, repairedExit } from './exit-codes.ts';
import { paintFor } from './paint.ts';
import type { RunOptions } from './run-options.ts';
import { summary } from './summary.ts';
import { watched } from './watched.ts';

/** @param path of the space file */
export async function watchedRun(path: string, { json, quiet, ...options }: RunOptions & TuneOptions): Promise<void> {
  const { tune } = await import('../tune/tune.ts');
  const result: TuneResult = await watched(quiet, ({ observe, log }, signal) =>
    tune(path, { ...options, signal, observe, log }),
  );
  const { study, stopped, files, report, repaired } = result;
  process.stdout.write(
    json
      ? toJsonText({ study, stopped, files, report, ...(repaired && { repaired }) })
      : summary(result, paintFor(process.stdout), options.reports),
  );
  if (stopped === 'interrupted') {
    process.exitCode = interruptedExit;
  } else if (!result.best) {
    const { exit, help } = errorCodes.NO_COMPLETE_TRIAL;
    process.stderr.write(`${help}\n`);
    process.exitCode = exit;
  } else if (repaired) {
    process.exitCode = repairedExit;
  }
}
