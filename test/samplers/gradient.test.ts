import { expect, test } from 'vitest';
import { gradient } from '../../src/samplers/gradient.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Sampler } from '../../src/study/ports.ts';
import { mixed } from '../study/spaces.ts';

const suggest = (sampler: Sampler): unknown =>
  sampler.suggest({ space: mixed, history: [], trial: 0, seed: 1, rng: createRng(1) });

test('chooses the structure by the sampler that is named, by tpe otherwise', () => {
  const create = (knobs: unknown): Sampler => gradient.create(gradient.knobs.parse(knobs));
  const [own, usual] = [{ startupTrials: 0, candidates: 5 }, {}].map(options => tpe.create(tpe.knobs.parse(options)));
  expect(suggest(create({ structure: { tpe: { startupTrials: 0, candidates: 5 } } }))).toEqual(suggest(own!));
  expect(suggest(create({}))).toEqual(suggest(usual!));
  expect(suggest(own!)).not.toEqual(suggest(usual!));
});

test('is no structure of itself', () => {
  expect(gradient.knobs.safeParse({ structure: 'gradient' }).error?.issues[0]).toMatchObject({
    message: 'unknown sampler "gradient"',
    path: ['structure'],
  });
});
