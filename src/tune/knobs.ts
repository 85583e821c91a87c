/** What the parameters of a space file decide: the knobs where its templates refer to them, and what those take. */
import type { z } from 'zod';
import { defaultConfig } from '../space/default-config.ts';
import { schemasAt, toJsonSchema } from '../space/json-schema.ts';
import { probes } from '../space/probes.ts';
import { activeValues, expand, resolve, type Expanded } from '../space/resolve.ts';
import type { Path } from '../space/finding.ts';
import type { AdvisedFile, Knob } from '../report/advice/advice.ts';
import { augmentations } from '../train/augment/index.ts';
import { layers } from '../train/layers/index.ts';
import { optimizers } from '../train/optimizers/index.ts';
import { modelSection, trainSection } from '../train/sections.ts';
import type { Technique } from '../space/technique.ts';
import type { TuneFile } from './sections.ts';

const schemas = { model: modelSection, train: trainSection };
const techniques: Readonly<Record<string, Technique>> = { ...augmentations, ...layers, ...optimizers };

/** @param file with the sections that it leaves out filled in */
export function advisedFile(file: TuneFile): AdvisedFile {
  const knobs = knobsOf(file);
  const isChosen = Object.values(knobs).some(({ names }) => names.includes('epochs'));
  const { train, space, written } = file;
  const epochs =
    train === undefined || isChosen
      ? undefined
      : trainSection.safeParse(resolve(train, space, defaultConfig(space))).data?.epochs;
  return { written, knobs, ...(epochs !== undefined && { epochs }) };
}

/** In some configurations parameters are not active, in others they are. */
function knobsOf(file: TuneFile): Readonly<Record<string, Knob>> {
  const found = new Map<string, Knob>();
  for (const section of ['model', 'train'] as const) {
    const template = file[section];
    if (template === undefined) continue;
    const schema = toJsonSchema(schemas[section]);
    for (const config of probes(file.space)) {
      const root = expand(template, activeValues(file.space, config));
      for (const { name, path } of root ? placesIn(root) : [])
        found.set(name, together(found.get(name), { names: namesOf(path), ...limitsOf(schemasAt(schema, path)) }));
    }
  }
  return Object.fromEntries(found);
}

interface Place {
  readonly name: string;
  readonly path: Path;
}

function placesIn({ param, entries }: Expanded, path: Path = []): readonly Place[] {
  const inner = [...entries].flatMap(([key, entry]) => placesIn(entry, [...path, key]));
  return param === undefined ? inner : [{ name: param, path }, ...inner];
}

/** The last name of the path; of a technique that is given a bare value the knob that it means, and of an only knob the technique. */
function namesOf(path: Path): readonly string[] {
  const [outer = '', name = outer] = path.filter(segment => typeof segment === 'string').slice(-2);
  const owner = techniqueOf(outer);
  const knobs = owner ? Object.keys((owner.knobs as z.ZodObject).shape) : [];
  if (knobs.includes(name)) return owner!.shorthand === name && knobs.length === 1 ? [name, outer] : [name];
  const meant = techniqueOf(name)?.shorthand;
  return meant === undefined ? [name] : [name, meant];
}

function techniqueOf(name: string): Technique | undefined {
  return Object.hasOwn(techniques, name) ? techniques[name] : undefined;
}

function limitsOf(found: ReturnType<typeof schemasAt>): Omit<Knob, 'names'> {
  const schema = found.find(({ type }) => type === 'number' || type === 'integer');
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema ?? {};
  const least = minimum ?? exclusiveMinimum;
  // Nobody wants to come near a value that is not allowed.
  const most = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum * 0.999);
  return { ...(least !== undefined && { least }), ...(most !== undefined && { most }) };
}

/** The narrower limits of two places. */
function together(a: Knob | undefined, b: Knob): Knob {
  const least = Math.max(a?.least ?? -Infinity, b.least ?? -Infinity);
  const most = Math.min(a?.most ?? Infinity, b.most ?? Infinity);
  return {
    names: [...new Set([...(a?.names ?? []), ...b.names])],
    ...(least > -Infinity && { least }),
    ...(most < Infinity && { most }),
  };
}
