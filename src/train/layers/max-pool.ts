/** The largest value of each window of an image. Keras: MaxPooling2D. */
import { tf, type TF } from '../../backend/tf.ts';
import { layer, weightless } from './layer.ts';
import { pair, poolKnobs, windowOutput } from './window.ts';

export const maxPool = layer({
  name: 'maxPool',
  summary: 'largest value of each window',
  paper: 'Ranzato et al. 2007, https://doi.org/10.1109/CVPR.2007.383157',
  shorthand: 'poolSize',
  knobs: poolKnobs(),
  keepsSign: true,
  plan({ poolSize, strides, padding }, input) {
    const size = pair(poolSize);
    const steps = strides === undefined ? size : pair(strides);
    const output = windowOutput('maxPool', input, { size, strides: steps, padding });
    return weightless(
      output,
      x => tf.maxPool(x as ReturnType<TF['tensor4d']>, size, steps, padding),
      () => tf.layers.maxPooling2d({ poolSize: size, strides: steps, padding }),
    );
  },
});
