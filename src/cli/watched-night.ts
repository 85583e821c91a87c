/** What `tune nightly` does: runs the night, says how it goes, and tells whoever is to know what came out. */
import { appendFile } from 'node:fs/promises';
import { errorCodes, messageOf } from '../errors.ts';
import { toJsonText } from '../report/json.ts';
import { isRegressed, nightlyHeadline, nightlyLines, nightlyMarkdown, type Nightly } from '../report/nightly.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import { printable } from '../text.ts';
import type { NightlyOptions } from '../tune/nightly.ts';
import { messageOf as chatMessage, postMessage } from '../tune/webhook.ts';
import { interruptedExit, regressedExit } from './exit-codes.ts';
import { fileLines } from './files.ts';
import { standardWebhook, type NightlyCommandOptions } from './nightly.ts';
import { say } from './streams.ts';
import { watched } from './watched.ts';

export interface NightOptions extends NightlyCommandOptions, Pick<NightlyOptions, 'elapsed'> {
  /** Ends the night, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/**
 * @returns whether it was cut off
 * @throws TuneError of `nightly`; what goes wrong with the webhook or the job's summary is said
 */
export async function watchedNight(folder: string, options: NightOptions): Promise<boolean> {
  const { json, quiet, failOn, webhookEnv, noise, forceCompare: force, signal: ends, ...others } = options;
  const { nightly } = await import('../tune/nightly.ts');
  const compare = withoutUndefined({ noise, force });
  const { night, files, isInterrupted } = await watched(quiet, async ({ observe, log }, interrupted) => {
    const signal = ends ? AbortSignal.any([interrupted, ends]) : interrupted;
    const result = await nightly(folder, { ...others, compare, signal, observe, log });
    return { ...result, isInterrupted: signal.aborted };
  });
  process.stdout.write(
    json ? toJsonText({ ...night, files }) : `${[...lines(night), ...fileLines(files)].join('\n')}\n`,
  );
  process.exitCode = exitOf(night, { failOn, isInterrupted });
  await summarizeJob(night);
  if (!isInterrupted) await tellChat(night, webhookEnv);
  return isInterrupted;
}

async function tellChat(night: Nightly, variable: string): Promise<void> {
  const { [variable]: address = '' } = process.env;
  if (address === '') {
    // Who names a variable means to tell someone.
    if (variable !== standardWebhook) say(`no chat is told: ${variable} is not set`);
    return;
  }
  const failure = await postMessage(address, chatMessage(night));
  if (failure !== undefined) say(`the webhook of ${variable} was not told: ${failure}`);
}

function lines(night: Nightly): string[] {
  return [`night: ${nightlyHeadline(night)}`, ...nightlyLines(night)].map(printable);
}

/** What is worse comes first: a study that came to nothing cannot say whether it became worse. */
export function exitOf(
  { studies }: Pick<Nightly, 'studies'>,
  { failOn, isInterrupted }: Pick<NightlyCommandOptions, 'failOn'> & { readonly isInterrupted: boolean },
): number {
  if (isInterrupted) return interruptedExit;
  const failed = studies.filter(({ state }) => state === 'failed');
  const exits = failed.map(({ code = 'INTERNAL' }) => (code === 'INTERNAL' ? 1 : errorCodes[code].exit));
  if (exits.length > 0) return Math.max(...exits);
  if (failOn === 'regression' && studies.some(isRegressed)) return regressedExit;
  return studies.some(({ state }) => state === 'invalid') ? errorCodes.SPACE_INVALID.exit : 0;
}

/** GitHub takes no more in a step. */
const maxSummary = 1_000_000;

/** Appends the overview to the summary of a job of GitHub Actions. */
async function summarizeJob(night: Nightly): Promise<void> {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return;
  const text = nightlyMarkdown(night);
  const whole = Buffer.byteLength(text) < maxSummary ? text : `### Nightly tuning: ${nightlyHeadline(night)}\n`;
  await appendFile(path, `${whole}\n`).catch((error: unknown) =>
    say(`the summary of the job could not be written: ${messageOf(error)}`),
  );
}
