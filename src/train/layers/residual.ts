/**
 * A residual block: y = x + f(x). Where f changes the shape, x is projected without a bias: by a dense layer, or by a 1x1
 * convolution with the strides that it takes. He et al. 2015, https://arxiv.org/abs/1512.03385.
 */
import { z } from 'zod';
import { TuneError } from '../../errors.ts';
import { chooseOne } from '../../space/technique.ts';
import { activationKnob } from '../activations/activation-knob.ts';
import { activationPlan } from './activated.ts';
import { composed, through, type Flow } from './chain.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { layers } from './index.ts';
import { layer, type Layer, type LayerPlan, type NamedPlan, type Place, type Shape } from './layer.ts';
import { sequence } from './sequence.ts';

export const residual: Layer = layer({
  name: 'residual',
  summary: 'adds the input of its layers to their output',
  paper: 'He et al. 2015, https://arxiv.org/abs/1512.03385',
  shorthand: 'layers',
  knobs: z.strictObject({
    layers: z.array(chooseOne('layer', () => layers)).describe('the layers that the shortcut goes around'),
    activation: activationKnob().describe('function applied to the sum'),
  }),
  plan({ layers: block, activation }, input, { earlier, followedBy }) {
    const next = activation.technique.name === 'linear' ? followedBy : activation.technique.name;
    const place = { earlier, followedBy: next };
    const { parts = [], output } = sequence(block, input, place);
    const shortcut = isSame(input, output) ? [] : [projection(input, output, place)];
    const after = activation.technique.name === 'linear' ? [] : [activationPlan(activation, output)];
    const sum = parts.length + shortcut.length;
    const flow: Flow = (x, steps, add) => {
      const ofBlock = through(x, steps.slice(0, parts.length));
      const ofInput = through(x, steps.slice(parts.length, sum));
      return through(add(ofBlock, ofInput), steps.slice(sum));
    };
    const named =
      (kind: string, start: number) =>
      (plan: LayerPlan): NamedPlan => ({ name: `${start}.${kind}`, plan });
    const all = [...parts, ...shortcut.map(named('shortcut', parts.length)), ...after.map(named('activation', sum))];
    return composed(all, all.at(-1)?.plan.output ?? input, flow);
  },
});

function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

function projection(input: Shape, output: Shape, place: Place): LayerPlan {
  const plain = { kernelSize: 1, useBias: false };
  if (input.length === 1 && output.length === 1)
    return dense.plan(dense.knobs.parse({ units: output[0], useBias: false }), input, place);
  // The strides of which "same" padding makes these sides.
  const strides = [0, 1].map(axis => Math.ceil(input[axis]! / output[axis]!));
  const fits = strides.every((stride, axis) => Math.ceil(input[axis]! / stride) === output[axis]);
  if (input.length === 3 && output.length === 3 && fits)
    return conv2d.plan(conv2d.knobs.parse({ filters: output[2], strides, ...plain }), input, place);
  throw new TuneError('MODEL_INVALID', {
    message: `residual: its layers make [${output.join(', ')}] of examples of shape [${input.join(', ')}]`,
    expected: 'a shape to which a dense layer or a 1x1 convolution with strides can bring the input',
    hint: 'use padding "same" inside',
  });
}
