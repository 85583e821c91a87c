/**
 * Writes a pure function from examples to predictions as a TensorFlow SavedModel, which TensorFlow, TensorFlow Serving and
 * tfjs-node load: public ops, weights as constants, and any number of examples.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeWhole } from '../../write-whole.ts';
import { idOf, typeOf, type Metadata } from '../native-backend.ts';
import { withNativeOps } from '../native-ops/native.ts';
import { tf, type Tensor } from '../tf.ts';
import { freeBatch, type RecordedPrediction } from './free-batch.ts';
import { createFreeConstants, inferredSide } from './free-constants.ts';
import { attribute, createGraphWriter } from './graph-def.ts';
import { NotCompilable } from './not-compilable.ts';
import { record } from './recorder.ts';
import { standardOp } from './standard-ops.ts';
import { createEncoder } from './write-ops.ts';

export interface SavedModelOptions {
  /** Of one example. */
  readonly inputShape: readonly number[];
  /** Type of the examples. Default: float32. */
  readonly dtype?: 'float32' | 'int32';
  /** What programs call the prediction. Default: outputs. The examples are "inputs". */
  readonly outputName?: string;
}

/**
 * Makes `folder` a SavedModel with the tag "serve" and the signature "serving_default".
 * @param predict pure, [examples, ...inputShape] to [examples, ...]; tensors that it closes over become constants
 * @throws NotCompilable when the prediction is no graph, or more than the shapes in it depends on the number of examples
 */
export async function writeSavedModel(
  folder: string,
  predict: (input: Tensor) => Tensor,
  { inputShape, dtype = 'float32', outputName = 'outputs' }: SavedModelOptions,
): Promise<void> {
  const [first, second] = sizes.map(batch => recordPrediction(predict, [batch, ...inputShape], dtype));
  const bytes = writePrediction(first!, second!, outputName);
  // Protobuf messages end there.
  if (bytes.length >= 2 ** 31) throw new NotCompilable('the model has more than 2 GB of weights');
  // TensorFlow's own models have it, be it empty.
  await mkdir(join(folder, 'variables'), { recursive: true });
  await writeWhole(join(folder, 'saved_model.pb'), bytes);
}

/** Two numbers of examples that no layer has for a reason of its own to tell apart: primes. */
const sizes = [3, 5];

interface Prediction extends RecordedPrediction {
  readonly inputs: Metadata;
  readonly outputs: Metadata;
}

function recordPrediction(
  predict: (input: Tensor) => Tensor,
  shape: readonly number[],
  dtype: 'float32' | 'int32',
): Prediction {
  let prediction: Prediction;
  tf.tidy(() => {
    const input = tf.zeros([...shape], dtype);
    // Uploads it, so that the recording meets an input and no constant.
    const inputs = describe(input);
    const { result: outputs, recording } = record(() => describe(withNativeOps(() => predict(input))));
    const batch = shape[0]!;
    if (outputs.shape[0] !== batch) throw new NotCompilable('the prediction does not have one row for each example');
    prediction = { batch, recording, input: inputs.id, output: outputs.id, inputs, outputs };
  });
  return prediction!;
}

function describe(tensor: Tensor): Metadata {
  return { id: idOf(tensor), shape: tensor.shape, dtype: typeOf(tensor) };
}

function writePrediction(first: Prediction, second: Prediction, outputName: string): Uint8Array {
  const { ops, constantOf } = freeBatch(first, second);
  if (!isDeepStrictEqual(first.outputs.shape.slice(1), second.outputs.shape.slice(1)))
    throw new NotCompilable('the shape of a prediction depends on the number of examples');
  const graph = createGraphWriter();
  const anyNumberOf = ({ dtype, shape }: Metadata) => ({ dtype, shape: [-1, ...shape.slice(1)] });
  const [examples, predictions] = [anyNumberOf(first.inputs), anyNumberOf(first.outputs)];
  const input = graph.node(
    'Placeholder',
    [],
    { dtype: attribute.type(examples.dtype), shape: attribute.shape(examples.shape) },
    'inputs',
  );
  const nodes = new Map([[first.input, input]]);
  const constants = createFreeConstants(graph, input, examples.dtype);
  const nodeOf = (id: number): string => {
    const node = nodes.get(id) ?? constants.node(constantOf(id)!);
    nodes.set(id, node);
    return node;
  };
  const encode = createEncoder();
  for (const op of ops) {
    const { name, attributes, inputs, outputs } = standardOp(op);
    const target = name === 'Reshape' ? constantOf(inputs[1]!) : undefined;
    const inferred = target?.kind === 'numbers' ? inferredSide(target.numbers) : undefined;
    const from = inferred ? [nodeOf(inputs[0]!), constants.node(inferred)] : inputs.map(nodeOf);
    const node = graph.node(name, from, Object.fromEntries(attributes.map(encode)));
    outputs.forEach(({ id }, index) => nodes.set(id, index === 0 ? node : `${node}:${index}`));
  }
  const node = graph.node('Identity', [nodeOf(first.output)], { T: attribute.type(predictions.dtype) }, 'prediction');
  return graph.finish('serve', {
    name: 'serving_default',
    inputs: { inputs: { node: input, ...examples } },
    outputs: { [outputName]: { node, ...predictions } },
  });
}
