/** What a compression is: a trained model becomes a smaller one. */
import type { Technique } from '../../space/technique.ts';
import type { Batches } from '../batches.ts';
import type { NamedTensor } from '../checkpoint.ts';
import type { Program } from '../program.ts';
import type { ModelSection } from '../sections.ts';
import type { QuantizedType } from './quantized-weights.ts';

export interface Trained {
  /** The layers that the program is made of. */
  readonly model: ModelSection;
  readonly program: Program;
  readonly weights: readonly NamedTensor[];
  /** How its weights are stored. */
  readonly storage: 'float32' | QuantizedType;
}

/** What a compression may use. */
export interface Workbench {
  readonly batches: Batches;
  /** The program of other layers for the same data and training. */
  build(model: ModelSection): Program;
  /** Trains as the trial did, for some epochs, and gives the weights of the best. */
  train(program: Program, options: FineTuning): Promise<readonly NamedTensor[]>;
  /** Raw outputs for every row of the data: [rows, outputs]. */
  predict(model: Trained): Promise<Float32Array>;
}

export interface FineTuning {
  readonly epochs: number;
  /** Weights to start from. Default: the initializers'. */
  readonly weights?: readonly NamedTensor[];
  /** 1 for each weight that may differ from zero, 0 for the others, in the order of the packed weights. */
  readonly mask?: Float32Array;
  /** Outputs to learn from: [rows, outputs]. */
  readonly teacher?: Float32Array;
}

export interface Compression<Knobs = any> extends Technique<Knobs> {
  /** @throws TuneError MODEL_INVALID where it finds nothing to make smaller */
  compress(model: Trained, knobs: Knobs, workbench: Workbench): Promise<Trained>;
}

/** Checks a definition's types; the identity at run time. */
export function compression<Knobs>(definition: Compression<Knobs>): Compression<Knobs> {
  return definition;
}
