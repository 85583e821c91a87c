/** The mean value of each window of an image. Keras: AveragePooling2D. */
import { tf, type TF } from '../../backend/tf.ts';
import { layer, weightless } from './layer.ts';
import { pair, poolKnobs, windowOutput } from './window.ts';

export const averagePool = layer({
  name: 'averagePool',
  summary: 'mean value of each window',
  paper: 'LeCun et al. 1998, https://doi.org/10.1109/5.726791',
  shorthand: 'poolSize',
  knobs: poolKnobs(),
  keepsSign: true,
  plan({ poolSize, strides, padding }, input) {
    const size = pair(poolSize);
    const steps = strides === undefined ? size : pair(strides);
    const output = windowOutput('averagePool', input, { size, strides: steps, padding });
    return weightless(
      output,
      x => tf.avgPool(x as ReturnType<TF['tensor4d']>, size, steps, padding),
      () => tf.layers.averagePooling2d({ poolSize: size, strides: steps, padding }),
    );
  },
});
