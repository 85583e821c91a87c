/**
 * The kernel of an earlier dense or convolution layer once more, or the way back through it, with a bias of its own. Both
 * layers train the one kernel. Hinton & Salakhutdinov 2006, https://doi.org/10.1126/science.1127647.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { suggest } from '../../space/nearest.ts';
import { activationKnob } from '../activations/activation-knob.ts';
import { activated } from './activated.ts';
import { conv2dTranspose } from './conv2d-transpose.ts';
import { conv2d } from './conv2d.ts';
import { dense, linear } from './dense.ts';
import { layer, type LayerPlan, type Place, type Shape, type Tensors } from './layer.ts';
import { paddingKnob, sizeKnob } from './window.ts';

export const tied = layer({
  name: 'tied',
  summary: 'uses the kernel of an earlier layer',
  paper: 'Hinton & Salakhutdinov 2006, https://doi.org/10.1126/science.1127647',
  shorthand: 'to',
  knobs: z.strictObject({
    to: z.string().describe('name of a dense or convolution layer before it'),
    transpose: z.boolean().default(false).describe('the way back: from the outputs of that layer to its inputs'),
    strides: sizeKnob().default(1).describe('of a convolution: step of the kernel'),
    padding: paddingKnob(),
    activation: activationKnob(),
    useBias: z.boolean().default(true).describe('add a learned offset per unit or filter'),
  }),
  plan({ to, transpose, strides, padding, activation, useBias }, input, place) {
    const shape = kernelOf(to, place);
    const [inputs, outputs] = transpose ? [shape.at(-1)!, shape.at(-2)!] : [shape.at(-2)!, shape.at(-1)!];
    const isDense = shape.length === 2;
    const convolution = transpose ? conv2dTranspose : conv2d;
    const kernelSize = shape.slice(0, 2);
    if (input.at(-1) !== inputs || input.length !== (isDense ? 1 : 3))
      throw new TuneError('MODEL_INVALID', {
        message: `tied to "${to}"${transpose ? ', transposed,' : ''} got examples of shape [${input.join(', ')}]`,
        expected: isDense ? `[${inputs}]` : `[height, width, ${inputs}]`,
      });
    const plain = isDense
      ? dense.plan(dense.knobs.parse({ units: outputs, useBias }), input, place)
      : convolution.plan(
          convolution.knobs.parse({ filters: outputs, kernelSize, strides, padding, useBias }),
          input,
          place,
        );
    const withKernel = <T extends Tensors>(all: T): T => ({ ...all, weights: [all.earlier(to)[0]!, ...all.weights] });
    const plan: LayerPlan = {
      ...plain,
      weights: plain.weights.slice(1),
      apply(x, pass) {
        const all = withKernel(pass);
        const [w, b] = all.weights;
        return isDense ? linear(x, w!, b, transpose) : plain.apply(x, all);
      },
      toKeras(x, tensors) {
        const all = withKernel(tensors);
        const [w, ...others] = all.weights;
        // A transposed convolution takes the kernel as it is.
        if (!isDense || !transpose) return plain.toKeras(x, all);
        const turned = tf.transpose(w!);
        const output = plain.toKeras(x, { ...all, weights: [turned, ...others] });
        turned.dispose();
        return output;
      },
    };
    return activated(plan, activation);
  },
});

/** Shape of the kernel. */
function kernelOf(to: string, { earlier }: Place): Shape {
  const target = earlier.get(to);
  const names = [...earlier].flatMap(([name, { weights }]) => (weights[0]?.name === 'kernel' ? [name] : []));
  const [kernel] = target?.weights ?? [];
  if (kernel?.name === 'kernel') return kernel.shape;
  throw new TuneError('MODEL_INVALID', {
    message: target ? `tied to "${to}", which has no kernel` : `tied to "${to}", a layer that is not before it`,
    expected: 'the name of a dense or convolution layer before it',
    ...suggest(to, names),
  });
}
