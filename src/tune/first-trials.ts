/** What a study tries before its sampler proposes anything: the best of earlier studies, and what the user wants to know. */
import { stat } from 'node:fs/promises';
import { join, resolve as resolvePath } from 'node:path';
import { messageOf, TuneError, type Location } from '../errors.ts';
import { adapt } from '../space/adapt.ts';
import { formatConfig } from '../report/values.ts';
import { textOf } from '../space/config-text.ts';
import type { Config, Space } from '../space/space.ts';
import { readState } from '../storage/journal.ts';
import { bestTrials } from '../study/best-trial.ts';
import { flawOf } from '../study/legal.ts';
import type { Study } from '../study/study.ts';
import type { TuneFile } from './sections.ts';
import { journalName } from './study-place.ts';

/** Configurations that each earlier study hands over. */
const bestOfEach = 3;

interface Inherited {
  readonly config: Config;
  /** "reports/digits, trial 7" */
  readonly from: string;
}

/**
 * The best configurations of earlier studies, as the space of this one allows them. Their journals are only read: the
 * studies may be running.
 *
 * @param more paths besides those of the file
 * @throws TuneError FILE_UNREADABLE, at the place in the file that names the study, or STORAGE_FAILED
 */
export async function inherit(file: TuneFile, more: readonly string[] = []): Promise<readonly Inherited[]> {
  const { folder, search, locate } = file;
  const named = search.warmStart.map((path, index) =>
    bestOf(path, resolvePath(folder, path), file, locate(['search', 'warmStart', index])),
  );
  return (await Promise.all([...named, ...more.map(path => bestOf(path, resolvePath(path), file))])).flat();
}

async function bestOf(
  name: string,
  path: string,
  { space, metric }: TuneFile,
  where: Location = { file: name },
): Promise<readonly Inherited[]> {
  const found = await stat(path).catch((error: unknown) => {
    const message = `there is no earlier study: ${messageOf(error)}`;
    const expected = 'the folder of a study, such as "reports/digits", or a journal';
    throw new TuneError('FILE_UNREADABLE', { message, where, expected }, { cause: error });
  });
  const { study, trials } = await readState(found.isDirectory() ? join(path, journalName) : path);
  const { direction = metric.goal, directions = [direction] } = study ?? {};
  const distinct = new Map<string, Inherited>();
  for (const { id, config } of bestTrials(trials, directions, trials.length)) {
    const adapted = adapt(space, config);
    if (!adapted || distinct.has(textOf(adapted))) continue;
    distinct.set(textOf(adapted), { config: adapted, from: `${name}, trial ${id}` });
    if (distinct.size === bestOfEach) break;
  }
  return [...distinct.values()];
}

/** What the caller wants to know. */
interface Wanted {
  readonly enqueue?: readonly Config[] | undefined;
  readonly rivals?: readonly Config[] | undefined;
}

/** Those that the space of a study has; the others are named, with the reason. */
export function legalRivals(space: Space, rivals: readonly Config[], tell: (text: string) => void): readonly Config[] {
  return rivals.filter(config => {
    const flaw = flawOf(space, config);
    const text = formatConfig({ config });
    if (flaw !== undefined) tell(`the space has not got the best configuration of the study before (${text}): ${flaw}`);
    return flaw === undefined;
  });
}

/**
 * Enqueues them, and what the file and the caller want to know, each once: what a crash interrupts, the next call goes on
 * with.
 * @throws TuneError CONFIG_INVALID, at its place in the file, or STORAGE_FAILED
 */
export async function enqueueFirst(
  study: Study,
  inherited: readonly Inherited[],
  file: TuneFile,
  { enqueue = [], rivals = [] }: Wanted = {},
): Promise<void> {
  for (const config of rivals)
    await study.enqueue(config, { skipIfExists: true, attributes: { enqueued: 'the study before' } });
  const hasBegun = study.trials().some(({ state }) => state !== 'waiting');
  // Earlier studies may go on and have other best trials later; what follows from them here stays the same.
  if (!hasBegun)
    for (const { config, from } of inherited)
      await study.enqueue(config, { skipIfExists: true, attributes: { enqueued: from } });
  const byHand = { skipIfExists: true, attributes: { enqueued: 'by hand' } } as const;
  for (const [index, config] of file.search.enqueue.entries())
    await study.enqueue(config, byHand).catch((error: unknown) => {
      const where = file.locate(['search', 'enqueue', index]);
      if (!(error instanceof TuneError && error.code === 'CONFIG_INVALID' && where)) throw error;
      const problems = error.problems.map(problem => ({ ...problem, where }));
      throw new TuneError('SPACE_INVALID', problems, { cause: error });
    });
  for (const config of enqueue) await study.enqueue(config, byHand);
}
