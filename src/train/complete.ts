/** Fills in what a space file leaves out, and checks what it says against the data before anything trains. */
import { TuneError, type Problem } from '../errors.ts';
import { unusedParams } from '../space/check-templates.ts';
import { defaultConfig } from '../space/default-config.ts';
import type { Finding } from '../space/finding.ts';
import { traceFinding } from '../space/origin.ts';
import { readSpace } from '../space/read-space.ts';
import { activeValues, expand } from '../space/resolve.ts';
import type { SpaceFile } from '../space/space-file.ts';
import type { Json, Space } from '../space/space.ts';
import type { Technique } from '../space/technique.ts';
import type { DataDescription } from './data/dataset.ts';
import { defaultSections } from './defaults.ts';
import { buildProgram, measuredNames } from './program.ts';
import { modelSection, trainSection } from './sections.ts';

export type CompleteSpaceFile<S extends Technique, P extends Technique> = SpaceFile<S, P> & {
  readonly data: Json;
  readonly model: Json;
  readonly train: Json;
};

/**
 * The file with a default model and training, and their parameters, where it has none of its own.
 * @throws TuneError SPACE_INVALID for parameters without effect, MODEL_INVALID when the default configuration does not
 * fit the data; with the place in the file
 */
export function completeSpaceFile<S extends Technique, P extends Technique>(
  file: SpaceFile<S, P>,
  data: Json,
  dataset: DataDescription,
): CompleteSpaceFile<S, P> {
  const defaults = defaultSections(dataset);
  const complete = {
    ...file,
    data,
    model: file.model ?? defaults.model,
    train: file.train ?? defaults.train,
    space: extended(file.space, {
      ...(file.model === undefined && defaults.modelSpace),
      ...(file.train === undefined && defaults.trainSpace),
    }),
  };
  const unused = unusedParams(complete.space, { data, model: complete.model, train: complete.train });
  if (unused.length > 0)
    throw new TuneError(
      'SPACE_INVALID',
      unused.map(finding => located(finding, file)),
    );
  checkProgram(complete, dataset);
  return complete;
}

/** The parameters of the file win over defaults of the same name. */
function extended(space: Space, wanted: Readonly<Record<string, Json>>): Space {
  const known = new Set(space.params.map(({ name }) => name));
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name]) => !known.has(name)));
  return { ...space, params: [...space.params, ...readSpace(missing, []).space!.params] };
}

function checkProgram(file: CompleteSpaceFile<Technique, Technique>, dataset: DataDescription): void {
  const { space, metric } = file;
  const config = defaultConfig(space);
  const values = activeValues(space, config);
  const [model, train] = [expand(file.model, values)!, expand(file.train, values)!];
  try {
    const program = buildProgram(dataset, modelSection.parse(model.value), trainSection.parse(train.value));
    const measured = measuredNames(program);
    if (!measured.includes(metric.name))
      throw new TuneError('MODEL_INVALID', {
        path: ['metric', 'name'],
        message: `"metric" names ${metric.name}, which this task does not measure`,
        expected: measured.join(', '),
      });
  } catch (error) {
    if (!(error instanceof TuneError)) throw error;
    const problems = error.problems.map(problem => {
      const [section, ...path] = problem.path ?? ['model'];
      const root = section === 'train' ? train : model;
      const finding = { ...problem, path };
      return section === 'metric'
        ? located({ ...problem, path: problem.path! }, file)
        : located(traceFinding(finding, root, [section!], space, config), file);
    });
    throw new TuneError(error.code, problems);
  }
}

function located(finding: Finding, { file, locate }: SpaceFile): Problem {
  const { path, at: _, within: __, ...problem } = finding;
  const where = locate(path) ?? (file === undefined ? undefined : { file });
  return where ? { ...problem, where } : { ...problem, path };
}
