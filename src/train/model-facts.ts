/** Size, speed and health of a trained model, for the record of its trial. */
import type { Batches } from './batches.ts';
import type { NamedTensor } from './checkpoint.ts';
import { deadUnits } from './dead-units.ts';
import type { Graphs } from './graphs.ts';
import { measureInference } from './inference-time.ts';
import { withModel } from './named-tensors.ts';
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
  return withModel({ program, weights }, async (model, hyper) => {
    const dead = await deadUnits(program, batches, batches.validation, model, hyper, graphs);
    const time = await measureInference(program, batches, model, hyper, graphs);
    return { ...size, ...time, ...(dead !== undefined && { deadUnits: dead }) };
  });
}
