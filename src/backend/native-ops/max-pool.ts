/**
 * Max pooling by oneDNN, which remembers where each largest value lay. TensorFlow's own gradient searches for them again,
 * one by one, and takes forty times as long. TensorFlow puts oneDNN's in its place by itself, but in a loop only where
 * the graph happens to be walked in the right order: that is why convolutional networks train twice as slow in some runs.
 * Values and gradients are the same. TensorFlow: _MklNativeMaxPool, _MklNativeMaxPoolGrad; MaxPool where those are missing.
 */
import type { GradConfig, KernelConfig, NamedAttrMap } from '@tensorflow/tfjs';
import { theBackend, type Attribute } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { firstOrder } from './differentiable.ts';
import { attribute, runOp, runOps } from './run-op.ts';

/** tfjs's kernel, by oneDNN where it can. */
export function nativeMaxPool(original: KernelConfig): KernelConfig {
  return {
    ...original,
    kernelFunc(params) {
      const { x } = params.inputs as unknown as { readonly x: Tensor };
      const attributes = attributesOf(params.attrs!);
      return attributes && hasOneDnn() ? pooled(x, attributes)[0]! : original.kernelFunc(params);
    },
  };
}

export function maxPoolGradient(original: GradConfig): GradConfig {
  return {
    ...original,
    gradFunc(dy, saved, knobs) {
      const attributes = attributesOf(knobs);
      if (!attributes || !hasOneDnn()) return original.gradFunc(dy, saved, knobs);
      const [x, y] = saved as [Tensor, Tensor];
      const gradient = (): Tensor => {
        // In a graph this is the op of the forward pass.
        const [, places] = pooled(x, attributes);
        return runOp('_MklNativeMaxPoolGrad', attributes, [x, y, dy as Tensor, places!]);
      };
      return { x: () => firstOrder(() => tf.tidy(gradient)) };
    },
  };
}

function pooled(x: Tensor, attributes: readonly Attribute[]): Tensor[] {
  return runOps('_MklNativeMaxPool', attributes, [x], 2);
}

/** Undefined for padding by numbers, which the op does not take. */
function attributesOf({ filterSize, strides, pad }: NamedAttrMap): Attribute[] | undefined {
  if (pad !== 'valid' && pad !== 'same') return undefined;
  return [
    attribute.type('T', 'float32'),
    attribute.ints('ksize', [1, ...pair(filterSize), 1]),
    attribute.ints('strides', [1, ...pair(strides), 1]),
    attribute.string('padding', String(pad).toUpperCase()),
    attribute.string('data_format', 'NHWC'),
    attribute.bool('workspace_enabled', true),
    attribute.string('_kernel', 'MklNameChangeOp'),
  ];
}

function pair(size: unknown): [number, number] {
  return typeof size === 'number' ? [size, size] : (size as [number, number]);
}

/** By backend: threads have one each, and tests bring their own. */
const probed = new WeakMap<object, boolean>();

/** Whether this TensorFlow has oneDNN's kernels: builds for x64 do. */
function hasOneDnn(): boolean {
  const backend = theBackend();
  const known = probed.get(backend);
  if (known !== undefined) return known;
  let works = true;
  try {
    const attributes = attributesOf({ filterSize: 1, strides: 1, pad: 'valid' })!;
    tf.tidy(() => void pooled(tf.zeros([1, 1, 1, 1]), attributes));
  } catch {
    works = false;
  }
  probed.set(backend, works);
  return works;
}
