/** A study's templates with the values of one configuration: checked sections, and the phases of the training they describe. */
import { TuneError } from '../errors.ts';
import { check } from '../space/issues.ts';
import { resolve } from '../space/resolve.ts';
import type { Config, Json, Space } from '../space/space.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { z } from 'zod';
import { phasesOf, type Phase } from './phases.ts';
import type { DataShape } from './program.ts';
import { modelSection, trainSection, type ModelSection, type TrainSection } from './sections.ts';

export interface Templates {
  readonly space: Space;
  /** May hold "$param", as may all sections. */
  readonly model: Json;
  readonly train: Json;
  readonly data?: Json;
  readonly after?: Json;
}

export interface Configured {
  readonly model: ModelSection;
  readonly train: TrainSection;
  readonly phases: readonly [Phase, ...Phase[]];
}

/** @throws TuneError MODEL_INVALID; the paths of its problems start with "model" or "train" */
export function configure({ space, ...templates }: Templates, data: DataShape, config: Config): Configured {
  const model = read('model', modelSection, resolve(templates.model, space, config));
  const train = read('train', trainSection, resolve(templates.train, space, config));
  return { model, train, phases: phasesOf(data, model, train) };
}

/** The same, or why there is no such training. */
export function tryToConfigure(templates: Templates, data: DataShape, config: Config): Configured | string {
  try {
    return configure(templates, data, config);
  } catch (error) {
    if (error instanceof TuneError && error.code === 'MODEL_INVALID') return error.message;
    throw error;
  }
}

/** What no check of the space file could foresee makes the configuration infeasible. */
function read<T>(name: string, schema: z.ZodType<T>, value: Json): T {
  const { data, findings } = check(schema, value, name);
  if (findings.length === 0) return data!;
  const problems = findings.map(({ path: inside, message, expected, hint }) => {
    const path = [name, ...inside];
    return { ...withoutUndefined({ expected, hint }), path, message: `${path.join('.')}: ${message}` };
  });
  throw new TuneError('MODEL_INVALID', problems);
}
