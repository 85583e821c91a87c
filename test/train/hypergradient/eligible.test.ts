/** Which parameters the validation gradient can tune. */
import { describe, expect, test } from 'vitest';
import { readSpace } from '../../../src/space/read-space.ts';
import { defaultConfig } from '../../../src/space/default-config.ts';
import type { Config, Json } from '../../../src/space/space.ts';
import type { Technique } from '../../../src/space/technique.ts';
import { augmentations } from '../../../src/train/augment/index.ts';
import { clippings } from '../../../src/train/clipping/index.ts';
import { constraints } from '../../../src/train/constraints/index.ts';
import type { Templates } from '../../../src/train/configured.ts';
import { eligibility } from '../../../src/train/hypergradient/eligible.ts';
import { initializers } from '../../../src/train/initializers/index.ts';
import { layers } from '../../../src/train/layers/index.ts';
import { losses } from '../../../src/train/losses/index.ts';
import type { Loss } from '../../../src/train/losses/loss.ts';
import { optimizers } from '../../../src/train/optimizers/index.ts';
import type { DataShape } from '../../../src/train/program.ts';
import { leastKnobs } from '../programs.ts';

const vectors: DataShape = { task: 'classification', inputShape: [5], targetSize: 1, classes: ['a', 'b', 'c'] };
const images: DataShape = { ...vectors, inputShape: [6, 6, 2] };
const values: DataShape = { task: 'regression', inputShape: [5], targetSize: 2 };
const x = { type: 'float', low: 0.1, high: 0.9 } as const;

interface File {
  readonly layers?: readonly Json[];
  readonly train?: Json;
  readonly space?: Readonly<Record<string, Json>>;
  readonly constraints?: readonly string[];
  readonly data?: Json;
  readonly after?: Json;
}

function templatesOf({
  layers = [{ dense: 4 }],
  train = {},
  space = { x },
  constraints = [],
  ...others
}: File): Templates {
  const read = readSpace(space, constraints);
  expect(read.findings).toEqual([]);
  return { space: read.space!, model: { layers }, train, ...others };
}

/** What becomes of every parameter: its inputs of the step, or why it has none. */
function verdicts(file: File, data = vectors, config?: Config): Record<string, unknown> {
  const templates = templatesOf(file);
  const { tuned, refused } = eligibility(
    templates,
    data,
    config ?? defaultConfig(templates.space),
    templates.space.params,
  );
  return {
    ...Object.fromEntries(tuned.map(({ name, hyper }) => [name, hyper])),
    ...Object.fromEntries(refused.map(({ name, reason }) => [name, reason])),
  };
}

/** Places for a technique of each group. */
const groups: Readonly<
  Record<string, [Readonly<Record<string, Technique>>, (chosen: Json, technique: Technique) => File]>
> = {
  layers: [
    layers,
    (chosen, { name }) =>
      onImages.has(name)
        ? { layers: [{ conv2d: { filters: 2, padding: 'same' } }, chosen, 'flatten'] }
        : { layers: [{ dense: { units: 5, name: 'one' } }, chosen] },
  ],
  initializers: [initializers, chosen => ({ layers: [{ dense: { units: 5, kernelInitializer: chosen } }] })],
  optimizers: [optimizers, chosen => ({ train: { optimizer: chosen } })],
  clippings: [clippings, chosen => ({ train: { clipping: chosen } })],
  constraints: [constraints, chosen => ({ train: { constraint: chosen } })],
  losses: [losses, chosen => ({ train: { loss: chosen } })],
  augmentations: [augmentations, chosen => ({ layers: ['flatten'], train: { augment: [chosen] } })],
};

const onImages: ReadonlySet<string> = new Set([
  'conv2d',
  'conv2dTranspose',
  'depthwiseConv2d',
  'separableConv2d',
  'spatialDropout',
  ...Object.keys(augmentations),
]);

test('each continuous knob of each technique has a gradient, or a reason why not', () => {
  const table = Object.entries(groups).flatMap(([group, [techniques, place]]) =>
    Object.values(techniques).flatMap(technique =>
      (technique.continuous ?? []).map(knob => {
        const chosen = { [technique.name]: { ...leastKnobs(technique), [knob]: '$x' } };
        const shape = onImages.has(technique.name) ? images : vectors;
        const data = (technique as Partial<Loss>).task === 'regression' ? values : shape;
        const space = { x: knob === 'mostChange' ? { ...x, low: 2, high: 9 } : x };
        const verdict = verdicts({ ...place(chosen, technique), space }, data)['x'];
        return [`${group} ${technique.name}.${knob}`, String(verdict)] as const;
      }),
    ),
  );
  expect(Object.fromEntries(table)).toMatchInlineSnapshot(`
    {
      "augmentations cutmix.alpha": ""alpha" of cutmix: a pixel is of one image or the other, with nothing in between",
      "augmentations cutout.size": ""size" of cutout: a pixel is hidden or not, with nothing in between",
      "augmentations flip.share": ""share" of flip: an image is mirrored or not, with nothing in between",
      "augmentations gaussianNoise.deviation": "augment.0.deviation",
      "augmentations mixup.alpha": "augment.0.alpha",
      "augmentations rotate.amount": "augment.0.amount",
      "augmentations shift.amount": "augment.0.amount",
      "augmentations zoom.amount": "augment.0.amount",
      "clippings globalNorm.limit": "clipping.limit",
      "clippings norm.limit": "clipping.limit",
      "clippings value.limit": "clipping.limit",
      "constraints maxNorm.limit": ""limit" of maxNorm: it bounds the weights themselves, after every step",
      "initializers constant.value": ""value" of constant: only the first weights depend on it",
      "initializers orthogonal.gain": ""gain" of orthogonal: only the first weights depend on it",
      "initializers randomNormal.mean": ""mean" of randomNormal: only the first weights depend on it",
      "initializers randomNormal.stddev": ""stddev" of randomNormal: only the first weights depend on it",
      "initializers randomUniform.maxval": ""maxval" of randomUniform: only the first weights depend on it",
      "initializers randomUniform.minval": ""minval" of randomUniform: only the first weights depend on it",
      "initializers truncatedNormal.mean": ""mean" of truncatedNormal: only the first weights depend on it",
      "initializers truncatedNormal.stddev": ""stddev" of truncatedNormal: only the first weights depend on it",
      "layers batchNorm.momentum": ""momentum" of batchNorm: no weight depends on it",
      "layers concreteDropout.dropoutRegularizer": "1.concreteDropout.dropoutRegularizer",
      "layers concreteDropout.weightRegularizer": "1.concreteDropout.weightRegularizer",
      "layers conv2d.l1": "1.conv2d.l1",
      "layers conv2d.l2": "1.conv2d.l2",
      "layers conv2dTranspose.l1": "1.conv2dTranspose.l1",
      "layers conv2dTranspose.l2": "1.conv2dTranspose.l2",
      "layers dense.l1": "1.dense.l1",
      "layers dense.l2": "1.dense.l2",
      "layers depthwiseConv2d.l1": "1.depthwiseConv2d.l1",
      "layers depthwiseConv2d.l2": "1.depthwiseConv2d.l2",
      "layers dropout.rate": ""rate" of dropout: a drawn mask has no derivative; use "gaussianDropout", or "concreteDropout", which learns its rate",
      "layers gaussianDropout.rate": "1.gaussianDropout.rate",
      "layers separableConv2d.l1": "1.separableConv2d.l1",
      "layers separableConv2d.l2": "1.separableConv2d.l2",
      "layers spatialDropout.rate": ""rate" of spatialDropout: a drawn mask has no derivative; use "gaussianDropout", or "concreteDropout", which learns its rate",
      "losses focal.gamma": ""gamma" of focal: it changes the validation loss itself",
      "losses huber.delta": ""delta" of huber: it changes the validation loss itself",
      "losses sigmoidCrossEntropy.labelSmoothing": "loss.labelSmoothing",
      "losses softmaxCrossEntropy.labelSmoothing": "loss.labelSmoothing",
      "optimizers adadelta.epsilon": ""epsilon" of adadelta: it only keeps divisions away from zero",
      "optimizers adadelta.learningRate": "optimizer.learningRate",
      "optimizers adadelta.rho": "optimizer.rho",
      "optimizers adagrad.epsilon": ""epsilon" of adagrad: it only keeps divisions away from zero",
      "optimizers adagrad.learningRate": "optimizer.learningRate",
      "optimizers adam.beta1": "optimizer.beta1",
      "optimizers adam.beta2": "optimizer.beta2",
      "optimizers adam.epsilon": ""epsilon" of adam: it only keeps divisions away from zero",
      "optimizers adam.learningRate": "optimizer.learningRate",
      "optimizers adamw.beta1": "optimizer.beta1",
      "optimizers adamw.beta2": "optimizer.beta2",
      "optimizers adamw.epsilon": ""epsilon" of adamw: it only keeps divisions away from zero",
      "optimizers adamw.learningRate": "optimizer.learningRate",
      "optimizers adamw.weightDecay": "optimizer.weightDecay",
      "optimizers amsgrad.beta1": "optimizer.beta1",
      "optimizers amsgrad.beta2": "optimizer.beta2",
      "optimizers amsgrad.epsilon": ""epsilon" of amsgrad: it only keeps divisions away from zero",
      "optimizers amsgrad.learningRate": "optimizer.learningRate",
      "optimizers eve.beta1": "optimizer.beta1",
      "optimizers eve.beta2": "optimizer.beta2",
      "optimizers eve.beta3": "optimizer.beta3",
      "optimizers eve.epsilon": ""epsilon" of eve: it only keeps divisions away from zero",
      "optimizers eve.learningRate": "optimizer.learningRate",
      "optimizers eve.leastChange": "optimizer.leastChange",
      "optimizers eve.mostChange": "optimizer.mostChange",
      "optimizers lion.beta1": ""beta1" of lion: only the sign of the average counts, which moves in jumps",
      "optimizers lion.beta2": ""beta2" of lion: only the sign of the average counts, which moves in jumps",
      "optimizers lion.learningRate": "optimizer.learningRate",
      "optimizers momentum.learningRate": "optimizer.learningRate",
      "optimizers momentum.momentum": "optimizer.momentum",
      "optimizers nadam.beta1": "optimizer.beta1",
      "optimizers nadam.beta2": "optimizer.beta2",
      "optimizers nadam.epsilon": ""epsilon" of nadam: it only keeps divisions away from zero",
      "optimizers nadam.learningRate": "optimizer.learningRate",
      "optimizers nesterov.learningRate": "optimizer.learningRate",
      "optimizers nesterov.momentum": "optimizer.momentum",
      "optimizers rmsprop.epsilon": ""epsilon" of rmsprop: it only keeps divisions away from zero",
      "optimizers rmsprop.learningRate": "optimizer.learningRate",
      "optimizers rmsprop.momentum": "optimizer.momentum",
      "optimizers rmsprop.rho": "optimizer.rho",
      "optimizers rmspropCentered.epsilon": ""epsilon" of rmspropCentered: it only keeps divisions away from zero",
      "optimizers rmspropCentered.learningRate": "optimizer.learningRate",
      "optimizers rmspropCentered.momentum": "optimizer.momentum",
      "optimizers rmspropCentered.rho": "optimizer.rho",
      "optimizers sgd.learningRate": "optimizer.learningRate",
    }
  `);
});

describe('where a parameter stands', () => {
  const l2 = { train: { l2: '$x' } };

  test('one parameter in several places is one coordinate', () => {
    const layers: Json[] = [
      { dense: { units: 4, l2: '$x' } },
      { stack: { times: 2, layers: [{ dense: { units: 3, l1: '$x' } }] } },
    ];
    expect(verdicts({ layers, ...l2 })).toEqual({
      x: ['0.dense.l2', '1.stack.0.dense.l1', '1.stack.1.dense.l1', 'l2'],
    });
  });

  test('coefficients and rates of layers, whatever else there is', () => {
    const train = { weightDecay: '$a', learningRates: { '0.*': '$b' }, l1: '$c', optimizer: { adam: '$d' } };
    const space = { a: x, b: x, c: x, d: x };
    expect(verdicts({ train, space })).toEqual({
      a: ['weightDecay'],
      b: ['learningRates.0.*'],
      c: ['l1'],
      d: ['optimizer.learningRate'],
    });
  });

  test('a place beside that feeds no step spoils it', () => {
    const elsewhere: File[] = [
      { data: { split: { validation: '$x' } } },
      { after: { compress: [{ prune: '$x' }] } },
      { train: { l2: '$x', earlyStopping: { minDelta: '$x' } } },
      { train: { l2: '$x', schedule: { exponentialDecay: { rate: '$x' } } } },
      { train: { l2: '$x', hypergradient: { cap: '$x' } } },
      { layers: [{ concreteDropout: { layer: { dense: 3 }, rate: '$x' } }] },
      { layers: [{ dense: { units: 3, activation: { leakyRelu: '$x' } } }] },
    ];
    expect(elsewhere.map(file => verdicts({ ...l2, ...file })['x'])).toEqual([
      'it changes "data"',
      'it changes "after"',
      '"earlyStopping.minDelta" is no continuous input of a training step',
      '"rate" of exponentialDecay is no continuous input of a training step',
      '"hypergradient.cap" is no continuous input of a training step',
      '"rate" of concreteDropout is no continuous input of a training step',
      expect.stringMatching(/^"\w+" of leakyRelu is no continuous input of a training step$/),
    ]);
  });

  test('what the space itself says of it', () => {
    const parent = { x, y: { ...x, when: { x: [0.5] } } };
    expect([
      verdicts({ ...l2, space: { x: { ...x, step: 0.1 } } }),
      verdicts({ ...l2, space: { x: { ...x, low: 0.9 } } }),
      verdicts({ ...l2, constraints: ['x < 0.95'] }),
      verdicts({ train: { l2: '$x', l1: '$y' }, space: parent })['x'],
      verdicts({ train: { l2: '$n' }, space: { n: { type: 'int', low: 0, high: 1 } } }),
    ]).toEqual([
      { x: 'it moves in steps' },
      { x: 'it has a single value' },
      { x: 'a constraint names it' },
      'other parameters depend on it',
      { n: 'only real numbers have a gradient' },
    ]);
  });

  test('what is not active is neither tuned nor refused', () => {
    const space = { x, kind: { type: 'categorical', choices: ['sgd', 'adam'] }, m: { ...x, when: { kind: ['adam'] } } };
    const train = { optimizer: { $kind: { learningRate: '$x', beta1: '$m' } } };
    expect(verdicts({ train, space }, vectors, { x: 0.5, kind: 'sgd' })).not.toHaveProperty('m');
    expect(verdicts({ train, space }, vectors, { x: 0.5, kind: 'adam', m: 0.5 })).toMatchObject({
      m: ['optimizer.beta1'],
    });
  });

  test('a value beyond which nothing trains is none to go to', () => {
    const layers = [{ conv2d: { filters: 2 } }];
    expect(() => verdicts({ layers, ...l2 })).toThrow(/conv2d/);
  });
});

describe('coordinates', () => {
  const coordinates = (train: Json, space: Readonly<Record<string, Json>>) => {
    const templates = templatesOf({ train, space });
    const { tuned } = eligibility(templates, vectors, defaultConfig(templates.space));
    return Object.fromEntries(tuned.map(({ name, coordinate }) => [name, coordinate.scale]));
  };

  test('shares of averages by what they forget, the others as they are searched', () => {
    const log = { ...x, log: true };
    const optimizer = { adam: { learningRate: '$rate', beta1: '$b1', beta2: '$b2' } };
    const loss = { softmaxCrossEntropy: '$smoothing' };
    expect(coordinates({ optimizer, loss }, { rate: log, b1: x, b2: log, smoothing: x })).toEqual({
      rate: 'log',
      b1: 'complement',
      b2: 'complement',
      smoothing: 'linear',
    });
    expect(coordinates({ optimizer: { momentum: { momentum: '$m' } } }, { m: x })).toEqual({ m: 'complement' });
    expect(coordinates({ optimizer: { rmsprop: { rho: '$r' } } }, { r: x })).toEqual({ r: 'complement' });
  });
});
