/** Trials that cannot be are told so at once, and never reach a trainer thread. */
import { defaultConfig } from '../space/default-config.ts';
import { resolve } from '../space/resolve.ts';
import type { Config, Json } from '../space/space.ts';
import type { Executor } from '../study/ports.ts';
import { tryToConfigure, type Templates } from '../train/configured.ts';
import type { DataShape } from '../train/program.ts';

/** Why a configuration is infeasible; undefined when nothing speaks against it. */
export type Impediment = (config: Config) => string | undefined;

/** @param data of the default configuration; whether a model fits other data shows only when they load */
export function impedimentIn(
  file: Templates & { readonly data: Json },
  { task, inputShape, targetSize, classes, classVectors }: DataShape,
): Impediment {
  const isKnown = servedBy(file);
  // Its shape alone: the rows need not stay in memory for it.
  const data = { task, inputShape, targetSize, ...(classes && { classes }), ...(classVectors && { classVectors }) };
  return config => {
    const configured = isKnown(config) ? tryToConfigure(file, data, config) : undefined;
    return typeof configured === 'string' ? configured : undefined;
  };
}

/** Whether a configuration has the data of the default one. */
export function servedBy({ data, space }: Pick<Templates, 'space'> & { readonly data: Json }) {
  const section = (config: Config): string => JSON.stringify(resolve(data, space, config));
  const known = section(defaultConfig(space));
  return (config: Config): boolean => section(config) === known;
}

/** The executor, but for the trials that are infeasible. */
export function withoutInfeasible<E extends Executor>(executor: E, impediment: Impediment): E {
  return {
    ...executor,
    get slots() {
      return executor.slots;
    },
    async run(job, observe, signal) {
      const message = impediment(job.config);
      if (message === undefined) return executor.run(job, observe, signal);
      return { state: 'failed', failure: { cause: 'infeasible', message } };
    },
  };
}
