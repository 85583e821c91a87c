/** What trains when: a model that grows or thaws trains as one program after the other. */
import { TuneError } from '../errors.ts';
import { frozenIn, thaws } from './freeze.ts';
import { grownIn, growths } from './grow.ts';
import { buildProgram, type DataShape, type Program } from './program.ts';
import type { ModelSection, TrainSection } from './sections.ts';

export interface Phase {
  readonly program: Program;
  /** Its first epoch, from 1. */
  readonly start: number;
  /** Whether all layers are there, so that its epochs may be the best. */
  readonly isWhole: boolean;
}

/** The phase of an epoch, counted from 1. */
export function phaseAt(phases: readonly Phase[], epoch: number): Phase {
  return phases.findLast(({ start }) => start <= epoch)!;
}

/**
 * The phases of a training in their order; the last one has the program of the finished model.
 * @throws TuneError MODEL_INVALID as buildProgram, and when the epochs end before the model is whole
 */
export function phasesOf(data: DataShape, model: ModelSection, train: TrainSection): readonly [Phase, ...Phase[]] {
  const { freeze, grow, epochs } = train;
  const grown = growths(model, grow);
  const whole = grown.at(-1) ?? 1;
  if (whole > epochs)
    throw new TuneError('MODEL_INVALID', {
      path: ['train', 'grow'],
      message: `the last layers would come in epoch ${whole} of ${epochs}`,
      expected: `at least ${whole} epochs, or a smaller "every"`,
    });
  const starts = [...new Set([1, ...grown, ...thaws(freeze)])]
    .filter(epoch => epoch <= epochs)
    .toSorted((a, b) => a - b);
  const phases = starts.map(start => ({
    program: buildProgram(data, grownIn(model, grow, start), train, frozenIn(freeze, start)),
    start,
    isWhole: start >= whole,
  }));
  return phases as [Phase, ...Phase[]];
}
