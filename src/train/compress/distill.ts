/**
 * Distillation: a small network learns the outputs of the large one beside the targets:
 *   loss = (1 - share) targets' loss + share T^2 cross-entropy(softmax(teacher / T), softmax(student / T))
 * For values the second part is the squared distance to the teacher's. Hinton et al. 2015,
 * https://arxiv.org/abs/1503.02531.
 */
import { z } from 'zod';
import { softmaxCrossEntropy } from '../../backend/native-ops/softmax-cross-entropy.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import { chooseOne } from '../../space/technique.ts';
import { layers } from '../layers/index.ts';
import type { Layer } from '../layers/layer.ts';
import type { Program } from '../program.ts';
import { compression } from './compression.ts';

export const distill = compression({
  name: 'distill',
  summary: 'a small network learns from the outputs of the large one',
  paper: 'https://arxiv.org/abs/1503.02531',
  knobs: z.strictObject({
    layers: z
      .array(chooseOne('layer', (): Record<string, Layer> => layers))
      .max(1000)
      .describe('the small network, as in "model"'),
    temperature: z.number().min(0.1).max(100).default(3).describe('T: above 1, small probabilities count for more'),
    share: z.number().min(0).max(1).default(0.7).describe("the teacher's part of the loss"),
    epochs: z.int().min(1).max(100_000).default(20).describe('epochs of training'),
  }),
  async compress(teacher, { layers, temperature, share, epochs }, { build, train, predict }) {
    const model = { ...teacher.model, layers };
    const program = build(model);
    const student = studentOf(program, temperature, share);
    const weights = await train(student, { epochs, teacher: await predict(teacher) });
    return { model, program, weights, storage: 'float32' };
  },
});

/** The program with what its loss needs to know of the teacher. */
export function studentOf(program: Program, temperature: number, share: number): Program {
  return {
    ...program,
    // The teacher has seen every example as it is, so the student does.
    augment: [],
    hyper: { ...program.hyper, 'distillation.temperature': temperature, 'distillation.share': share },
    structure: `distilled ${program.structure}`,
  };
}

/**
 * Loss of each example.
 * @param own loss of the targets
 * @param isClasses whether the outputs are logits of classes
 */
export function distilled(
  own: Tensor,
  outputs: Tensor,
  teacher: Tensor,
  isClasses: boolean,
  { temperature, share }: Readonly<Record<string, Tensor>>,
): Tensor {
  const soft = isClasses
    ? tf.mul(
        softmaxCrossEntropy(tf.div(outputs, temperature!), softened(teacher, temperature!)),
        tf.square(temperature!),
      )
    : tf.mean(tf.square(tf.sub(outputs, teacher)), -1);
  return tf.add(tf.mul(own, tf.sub(1, share!)), tf.mul(soft, share!));
}

/** By way of the logarithm: tf.softmax rounds differently in a graph. */
function softened(logits: Tensor, temperature: Tensor): Tensor {
  return tf.exp(tf.logSoftmax(tf.div(logits, temperature)));
}
