/**
 * TensorFlow's StatelessRandomUniform: numbers in [0, 1) as a pure function of a seed tensor. tf.randomUniform draws in
 * JavaScript, so it would be slow and would be frozen into a compiled graph as a constant.
 */
import { tf, type Tensor } from '../tf.ts';
import { nativeBackend } from './native-backend.ts';

/** @param seed int32 [2] */
export function statelessUniform(shape: readonly number[], seed: Tensor): Tensor {
  const { backend, types } = nativeBackend();
  const attributes = [
    { name: 'dtype', type: types.TF_ATTR_TYPE, value: types.TF_FLOAT },
    { name: 'T', type: types.TF_ATTR_TYPE, value: types.TF_INT32 },
    { name: 'Tseed', type: types.TF_ATTR_TYPE, value: types.TF_INT32 },
  ];
  return backend.executeSingleOutput('StatelessRandomUniform', attributes, [tf.tensor1d([...shape], 'int32'), seed]);
}
