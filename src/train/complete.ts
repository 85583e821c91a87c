/** Fills in what a space file leaves out, and checks what it says against the data before anything trains. */
import { TuneError, type Problem } from '../errors.ts';
import { unusedParams } from '../space/check-templates.ts';
import { defaultConfig } from '../space/default-config.ts';
import type { Finding } from '../space/finding.ts';
import { traceFinding } from '../space/origin.ts';
import { readSpace } from '../space/read-space.ts';
import { activeValues, expand, resolve } from '../space/resolve.ts';
import { templateNames, type SpaceFile } from '../space/space-file.ts';
import type { Config, Json, Space } from '../space/space.ts';
import type { Technique } from '../space/technique.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { DataDescription } from './data/dataset.ts';
import { dataKnobs } from './data/section.ts';
import { defaultSections } from './defaults.ts';
import { layers } from './layers/index.ts';
import { planTraining, type Planned } from './planned.ts';
import { measuredNames, type DataShape } from './program.ts';
import type { ModelSection } from './sections.ts';

type Section = (typeof templateNames)[number];

/** Facts of a finished trial that further metrics may name. */
const trialFacts: readonly string[] = ['parameters', 'flops', 'inferenceMs', 'inferenceMsPerExample', 'seconds'];

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
  const { space, model, train, after, needs } = complete;
  const unused = unusedParams(space, withoutUndefined({ data, model, train, after, needs }));
  if (unused.length > 0)
    throw new TuneError(
      'SPACE_INVALID',
      unused.map(finding => located(finding, file)),
    );
  checkDefault(complete, dataset);
  return complete;
}

/** The parameters of the file win over defaults of the same name. */
function extended(space: Space, wanted: Readonly<Record<string, Json>>): Space {
  const known = new Set(space.params.map(({ name }) => name));
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name]) => !known.has(name)));
  return { ...space, params: [...space.params, ...readSpace(missing, []).space!.params] };
}

function checkDefault(file: CompleteSpaceFile<Technique, Technique>, dataset: DataDescription): void {
  const { space, metrics } = file;
  const config = defaultConfig(space);
  const { model, phases } = planFile(file, dataset, config);
  refuseNormalizedNumbers(file, model, config);
  const measured = measuredNames(phases.at(-1)!.program);
  const findings = metrics.flatMap(({ name }, index): Finding[] => {
    // The first one must be known after each epoch.
    const known = index === 0 ? measured : [...measured, ...trialFacts];
    if (known.includes(name)) return [];
    const place = metrics.length === 1 ? [] : [index];
    const flaw = trialFacts.includes(name)
      ? 'cannot be the first: it is known at the end alone'
      : 'which this task does not measure';
    return [
      {
        path: ['metric', ...place, 'name'],
        message: `"metric" names ${name}, ${flaw}`,
        expected: known.join(', '),
      },
    ];
  });
  if (findings.length > 0)
    throw new TuneError(
      'MODEL_INVALID',
      findings.map(finding => located(finding, file)),
    );
}

/** An embedding takes its inputs for numbers of a vocabulary. */
function refuseNormalizedNumbers(file: CompleteSpaceFile<Technique, Technique>, model: ModelSection, config: Config) {
  const { normalize } = dataKnobs.parse(resolve(file.data, file.space, config));
  if (normalize === 'none' || model.layers[0]?.technique.name !== layers.embedding.name) return;
  const problem = {
    path: ['model', 'layers', 0],
    message: `embedding takes whole numbers, and "data" makes others of them: its "normalize" is "${normalize}"`,
    expected: '"normalize": "none" in "data"',
  };
  throw inFile(new TuneError('MODEL_INVALID', problem), file, config, 'model');
}

/** @throws TuneError MODEL_INVALID when the configuration does not fit the data; with the place in the file */
export function planFile(file: CompleteSpaceFile<Technique, Technique>, data: DataShape, config: Config): Planned {
  try {
    return planTraining(file, data, config);
  } catch (error) {
    throw inFile(error, file, config, 'model');
  }
}

/**
 * An error with the places in the file of what is wrong in its sections.
 * @param config which the sections were resolved with
 * @param fallback section that is to blame where a problem does not say
 */
export function inFile(error: unknown, file: SpaceFile, config: Config, fallback: Section): unknown {
  if (!(error instanceof TuneError)) return error;
  const problems = error.problems.map(problem => place({ path: [fallback], ...problem }, file, config));
  return new TuneError(error.code, problems, { cause: error });
}

/** A problem that has a path in a section of the resolved file gets its place in the file itself. */
function place(problem: Problem & Finding, file: SpaceFile, config: Config): Problem {
  if (problem.where) return problem;
  const [section, ...path] = problem.path;
  const template = isTemplate(section) ? file[section] : undefined;
  if (template === undefined) return located(problem, file);
  const root = expand(template, activeValues(file.space, config))!;
  return located(traceFinding({ ...problem, path }, root, [section!], file.space, config), file);
}

function isTemplate(section: string | number | undefined): section is Section {
  return (templateNames as readonly unknown[]).includes(section);
}

/** A finding with its place in the file. */
export function located(finding: Finding, { file, locate }: SpaceFile): Problem {
  const { path, at: _, within: __, ...problem } = finding;
  const where = locate(path) ?? (file === undefined ? undefined : { file });
  return where ? { ...problem, where } : { ...problem, path };
}
