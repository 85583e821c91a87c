/** Which programs share a graph, and how large they may be. */
import { describe, expect, it } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { buildProgram } from '../../src/train/program.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';

const data = { task: 'regression', inputShape: [4], targetSize: 1 } as const;

function structureOf(train: object): string {
  return buildProgram(data, modelSection.parse({ layers: [] }), trainSection.parse(train)).structure;
}

it.each<[string, object, object]>([
  ['l1', { l1: 0.01 }, { l1: 0 }],
  ['l2', { l2: 0.01 }, { l2: 0 }],
  ['the limit of each element', { clipping: { value: 1 } }, { clipping: { value: { limit: 2 } } }],
  ['the limit of the norm', { clipping: { globalNorm: 1 } }, { clipping: { globalNorm: { limit: 2 } } }],
])('another value of %s has the same structure', (_, one, other) => {
  expect(structureOf(one)).toBe(structureOf(other));
});

it('each choice of weight decay and clipping has a structure of its own', () => {
  const decays = [{}, { l1: 1 }, { l2: 1 }, { l1: 1, l2: 1 }];
  const clippings = [{}, { clipping: { value: 1 } }, { clipping: { globalNorm: 1 } }];
  const structures = decays.flatMap(decay => clippings.map(clipping => structureOf({ ...decay, ...clipping })));
  expect(new Set(structures).size).toBe(12);
});

describe('a limit on the size', () => {
  // 4 x 8 + 8 and 8 x 1 + 1 weights, of which the products cost two operations each.
  const layers = [{ dense: 8 }];
  const build = (limits: object) =>
    buildProgram(data, modelSection.parse({ layers, ...limits }), trainSection.parse({}));

  it('lets through what is as large', () => {
    expect(build({ maxParameters: 49, maxFlops: 80 }).parameters).toBe(49);
  });

  it('refuses what is larger, and says how large it is and may be', () => {
    const refused = () => build({ maxParameters: 48, maxFlops: 79 });
    expect(refused).toThrow(TuneError);
    expect(refused).toThrow('the model has 49 parameters\n    expected at most 48, as "maxParameters" says');
    expect(refused).toThrow('the model has 80 FLOPs per example\n    expected at most 79, as "maxFlops" says');
  });
});
