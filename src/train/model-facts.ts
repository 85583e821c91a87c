/** Size, speed and health of a trained model, for the record of its trial. */
import { tf } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import type { NamedTensor } from './checkpoint.ts';
import { deadUnits } from './dead-units.ts';
import type { Graphs } from './graphs.ts';
import { createHyper } from './hyper.ts';
import { measureInference } from './inference-time.ts';
import { modelOf } from './named-tensors.ts';
import type { Program } from './program.ts';

/** @param weights none where training ended before the model was whole: then its size alone is known */
export async function modelFacts(
  program: Program,
  batches: Batches,
  weights: readonly NamedTensor[],
  graphs: Graphs,
): Promise<Readonly<Record<string, number>>> {
  const { parameters, plan } = program;
  const size = { parameters, flops: plan.flops };
  if (weights.length === 0) return size;
  const [model, hyper] = [modelOf(plan, weights), createHyper(program, 0)];
  try {
    const dead = await deadUnits(program, batches, batches.validation, model, hyper, graphs);
    const time = await measureInference(program, batches, weights, graphs);
    return { ...size, ...time, ...(dead !== undefined && { deadUnits: dead }) };
  } finally {
    tf.dispose([model, hyper] as never);
  }
}
