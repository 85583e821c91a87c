/** What to do about each class of learning curve: a line for people, and the knobs it means for those who have them in a space. */
import type { CurveClass } from './curve-class.ts';

export interface Advice {
  readonly text: string;
  /** Names of knobs, or of the technique whose only knob it is, the most promising first; `times` is the depth of a stack. */
  readonly raise: readonly string[];
  readonly lower: readonly string[];
}

export const adviceFor: Readonly<Record<CurveClass, Advice>> = {
  diverged: {
    text: 'The loss grew without end: lower the learning rate, or clip gradients.',
    raise: [],
    lower: ['learningRate', 'limit', 'momentum'],
  },
  stalled: {
    text: 'Nothing was learned: try learning rates a hundred times higher and lower, another initializer or activation, or batch normalization.',
    raise: ['learningRate'],
    lower: ['learningRate', 'l1', 'l2', 'dropout'],
  },
  overfit: {
    text: 'The model overfits: make the layers narrower and the net deeper, raise dropout or weight decay, augment the data or get more of it.',
    raise: ['dropout', 'l2', 'weightDecay', 'times'],
    lower: ['units', 'filters'],
  },
  unstable: {
    text: 'The validation loss jumps: lower the learning rate or let it decay, take larger batches, or more validation rows.',
    raise: ['batchSize', 'validation'],
    lower: ['learningRate', 'momentum'],
  },
  unfinished: {
    text: 'The loss was still falling at the end: allow more epochs, or raise the learning rate.',
    raise: ['epochs', 'learningRate', 'patience'],
    lower: [],
  },
  underfit: {
    text: 'Accuracy stalls while both losses stay high: widen the layers, then add some; lower dropout and weight decay.',
    raise: ['units', 'filters', 'times'],
    lower: ['dropout', 'l2', 'l1', 'weightDecay'],
  },
  good: { text: 'The curve is as it should be.', raise: [], lower: [] },
};
