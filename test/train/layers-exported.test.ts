/** Layers as they are saved: the tfjs model of each predicts what the layer does, and a saved graph takes any batch. */
import { beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../src/backend/graph/recorder.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { withNativeOps } from '../../src/backend/native-ops/native.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { inferencePass } from '../../src/train/evaluate.ts';
import { freeze } from '../../src/train/layers/frozen.ts';
import type { LayerPlan, WeightSpec } from '../../src/train/layers/layer.ts';
import { sizeOf } from '../../src/train/shape.ts';
import { hyperOf, packed, planOf } from './plans.ts';
import { programCases, programOf, shapes } from './programs.ts';
import { expectClose, wave } from './waves.ts';

beforeAll(() => loadBackend());

describe('the saved model predicts the same, saved and loaded again', () => {
  it.each(programCases.filter(({ train }) => Object.keys(train).length === 0))('$name', async programCase => {
    const { kind } = programCase;
    await expectSameModel(programOf(programCase).plan, shapes[kind], kind === 'ids' ? numbers : measures);
  });

  it('repetitions in repetitions', async () => {
    const inner: Json = { repeat: { times: 3, layers: [{ dense: 5 }, { activation: 'tanh' }], combine: 'learned' } };
    await expectSameModel(planOf([{ repeat: { times: 2, layers: [inner, { dense: 5 }] } }, inner], [5]), [5]);
  });

  it('with frozen layers', async () => {
    const plan = planOf(
      [
        { dense: { units: 5, activation: 'tanh', name: 'encoder' } },
        { residual: { layers: ['batchNorm', { dense: 5 }], activation: 'relu' } },
        { repeat: { times: 2, layers: [{ dense: 5 }, 'batchNorm'], combine: 'learned', name: 'again' } },
        { concreteDropout: { layer: { concreteDropout: { dense: 5 } } } },
        { tied: { to: 'encoder', transpose: true } },
      ],
      [5],
    );
    for (const patterns of [
      ['encoder'],
      ['1.residual.1.*'],
      ['again'],
      ['again.0.dense'],
      ['3.concreteDropout.0.*'],
      ['4.tied'],
      ['*'],
    ])
      await expectSameModel(freeze(plan, patterns), [5]);
  });
});

type Examples = (shape: readonly number[]) => Tensor;

const measures: Examples = shape => wave(shape, 5, 1);
/** Of a vocabulary. */
const numbers: Examples = shape => tf.reshape(tf.mod(tf.range(0, sizeOf(shape)), 6), [...shape]);

async function expectSameModel(plan: LayerPlan, shape: readonly number[], examples = measures): Promise<void> {
  const random = ({ name, shape: of }: WeightSpec, index: number): Tensor =>
    name.endsWith('Variance') ? tf.add(wave(of, index), 1) : wave(of, index, 0.6);
  const [weights, statistics] = [plan.weights.map(random), plan.statistics.map(random)];
  const x = examples([7, ...shape]);
  const pass = inferencePass(plan, packed(plan, weights, statistics), hyperOf(plan));
  const expected = plan.apply(x, pass).output;
  const input = tf.input({ shape: [...shape] });
  const before = tf.memory().numTensors;
  const model = tf.model({ inputs: input, outputs: plan.toKeras(input, { weights, statistics, earlier: () => [] }) });
  expect(model.outputShape).toEqual([null, ...plan.output]);
  const artifacts: Record<string, unknown> = {};
  await model.save(
    tf.io.withSaveHandler(async given => {
      Object.assign(artifacts, given, { modelTopology: JSON.parse(JSON.stringify(given.modelTopology)) });
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const ofModel = tf.memory().numTensors - before;
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  for (const twin of [loaded, model]) {
    const predicted = twin.predict(x) as Tensor;
    expect(predicted.shape).toEqual(expected.shape);
    expectClose(predicted.dataSync(), expected.dataSync());
    predicted.dispose();
  }
  expect(loaded.countParams()).toBe(model.countParams());
  const together = tf.memory().numTensors;
  model.dispose();
  expect(together - tf.memory().numTensors).toBe(ofModel);
  loaded.dispose();
}

describe('the size of the batch is in targets of reshape alone, which a saved graph can free', () => {
  const layerCases = programCases.filter(({ train }) => Object.keys(train).length === 0);

  it.each(layerCases)('$name', ({ kind, ...programCase }) => {
    const { plan } = programOf({ kind, ...programCase });
    const values = (specs: readonly WeightSpec[]): Tensor[] => specs.map(({ shape }, index) => wave(shape, index));
    const [weights, statistics] = [values(plan.weights), values(plan.statistics)];
    const constants = (size: number): unknown[] => {
      const x = (kind === 'ids' ? numbers : measures)([size, ...shapes[kind]]);
      const pass = { ...inferencePass(plan, packed(plan, weights, statistics), hyperOf(plan)), weights, statistics };
      const { recording } = withNativeOps(() => record(() => plan.apply(x, pass)));
      const made = new Set(recording.ops.flatMap(({ outputs }) => outputs.map(({ id }) => id)));
      return recording.ops.map(({ name, attributes, inputs }) => {
        const fixed = inputs.flatMap((id, at) => {
          if (made.has(id) || (name === 'Reshape' && at === 1)) return [];
          const { shape, values } = recording.constantOf(id);
          return shape[0] === size && shape.length === x.shape.length ? [] : [[...values]];
        });
        return [name, attributes, fixed];
      });
    };
    // The first time, the backend is probed.
    constants(1);
    expect(constants(7)).toEqual(constants(9));
  });
});
