/** Studies whose trials run somewhere else: opened for one question or one answer, by a process that ends with it. */
import { statSync } from 'node:fs';
import { TuneError } from '../errors.ts';
import { none } from '../pruners/none.ts';
import { refuseGradients } from '../space/check-gradients.ts';
import { toProblems } from '../space/finding.ts';
import { loadSpaceFile } from '../space/parse.ts';
import type { Chosen } from '../space/technique.ts';
import type { SamplerTechnique } from '../samplers/sampler.ts';
import { openJournal, readState } from '../storage/journal.ts';
import { waitWhileInUse } from '../storage/lock.ts';
import { steadyTime } from '../study/steady-time.ts';
import { openStudy } from '../study/open-study.ts';
import type { Study } from '../study/study.ts';
import { choose } from '../tune/create-study.ts';
import { enqueueFirst, inherit } from '../tune/first-trials.ts';
import { makeFolder } from '../tune/make-folder.ts';
import { describeChanges, studyFacts, type StudyFacts } from '../tune/study-facts.ts';
import { searchSections } from '../tune/search-sections.ts';
import { checkSpacePath } from './space-path.ts';
import { placeOf } from '../tune/study-place.ts';
import { findStudy } from './studies.ts';
import { say } from './streams.ts';

/** Milliseconds to wait for another process that asks or tells; a run has a study for longer. */
const patience = 5000;
const pause = 20;

/**
 * Opens what the user named, does the task, and closes it.
 *
 * @param target name of a study in the folder of reports; or a space file, whose study is begun where there is none
 * @param sampler name of the sampler, in place of the file's, or of "auto"
 */
export async function withStudy<T>(
  target: string,
  reports: string,
  task: (study: Study) => Promise<T>,
  sampler?: string,
): Promise<T> {
  const study = await (isSpaceFile(target) ? openFile : openStored)(target, reports, sampler);
  try {
    return await task(study);
  } finally {
    await study.close();
  }
}

function isSpaceFile(target: string): boolean {
  const isThere = statSync(target, { throwIfNoEntry: false })?.isFile() === true;
  if (!isThere && /[/\\]|\.jsonc?$/.test(target)) checkSpacePath(target);
  return isThere;
}

async function openFile(path: string, reports: string, sampler: string | undefined): Promise<Study> {
  const { sections } = await import('../tune/sections.ts');
  const file = await loadSpaceFile(path, sections, { metric: 'value' });
  const { name, space, data, search } = file;
  if (data !== undefined)
    throw new TuneError('USAGE', {
      message: `${path} describes training, which \`tune\` does itself`,
      hint: `start it with \`tune ${path}\`; then "${name}" is a study like others`,
    });
  if (space.params.length === 0) throw new TuneError('USAGE', `${path} has no parameters in "space"`);
  const inherited = await inherit(file);
  const { folder, journal } = placeOf(reports, name);
  await makeFolder(folder);
  const chosen = sampler === undefined ? search.sampler : choose(searchSections.sampler, sampler);
  const study = await open(journal, chosen, studyFacts(file, folder));
  const changes = describeChanges(study);
  if (changes !== undefined) say(changes);
  try {
    await enqueueFirst(study, inherited, file);
    return study;
  } catch (error) {
    await study.close();
    throw error;
  }
}

async function openStored(name: string, reports: string, sampler = 'auto'): Promise<Study> {
  const { journal } = await findStudy(reports, name);
  const { study } = await readState(journal);
  if (!study)
    throw new TuneError('USAGE', {
      message: `Optuna began "${name}", and does not say what may vary`,
      hint: 'give a space file with this name',
    });
  const { type: _, study: stored, at: __, ...facts } = study;
  return open(journal, choose(searchSections.sampler, sampler), { name: stored, ...facts });
}

async function open(journal: string, sampler: Chosen<SamplerTechnique>, facts: StudyFacts): Promise<Study> {
  const asked = { params: facts.space.params, sampler: sampler.technique.name };
  const gradients = refuseGradients(asked, 'a study of your own');
  if (gradients.length > 0) throw new TuneError('USAGE', toProblems(gradients));
  return openStudy({
    ...facts,
    sampler: sampler.technique.create(sampler.knobs),
    pruner: none.create({}),
    elsewhere: true,
    storage: await waitWhileInUse(() => openJournal(journal), pause, patience),
    now: steadyTime,
  });
}
