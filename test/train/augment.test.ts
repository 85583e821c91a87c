/** What each augmentation makes of given random numbers; numbers and the command that made them: test/golden/make-augment.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { drawsOf, type Draws } from '../../src/backend/native-ops/draws.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { chooseOne } from '../../src/space/technique.ts';
import type { Augmentation } from '../../src/train/augment/augmentation.ts';
import { augmentations } from '../../src/train/augment/index.ts';
import { buildProgram } from '../../src/train/program.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import type { Batch } from '../../src/train/step.ts';
import { continuousKnobs } from '../../src/train/structure.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/augment.json', import.meta.url), 'utf8')) as {
  readonly image: readonly number[];
  readonly cases: readonly {
    readonly source: string;
    readonly name: string;
    readonly amount: number;
    /** In [-1, 1]. */
    readonly drawn: readonly number[];
    readonly fillMode: string;
    readonly result: readonly number[];
  }[];
  readonly square: readonly number[];
  /** The square turned counterclockwise, by quarters of a turn. */
  readonly quarters: Readonly<Record<string, readonly number[]>>;
  /** Of Beta(alpha, alpha), at 0.02, 0.04 ... 0.98. */
  readonly quantiles: Readonly<Record<string, readonly number[]>>;
  readonly variances: Readonly<Record<string, number>>;
  /** Largest distance of the distribution function of `draws` numbers from the true one by chance. */
  readonly distance: number;
};

const draws = 20_000;

beforeAll(() => loadBackend());

/** As space.json names them. */
function augmented(given: Json, batch: Batch, random: Draws): Batch {
  const schema = chooseOne('augmentation', (): Record<string, Augmentation> => augmentations);
  const chosen = schema.parse(given);
  const scalars = Object.entries(continuousKnobs(chosen)).map(([name, value]) => [name, tf.scalar(value)]);
  return chosen.technique.augment(batch, chosen.knobs, Object.fromEntries(scalars), random);
}

function batchOf(inputs: Tensor): Batch {
  return { inputs, targets: tf.range(0, inputs.shape[0]!, 1, 'int32') };
}

/** The inputs after an augmentation that draws these numbers, one list for each draw. */
function given(name: Json, inputs: Tensor, ...numbers: readonly (readonly number[])[]): number[] {
  const left = [...numbers];
  const uniform = (shape: readonly number[]): Tensor => tf.tensor([...left.shift()!], [...shape]);
  const unexpected = (): never => {
    throw new Error('another draw than was given');
  };
  const result = augmented(name, batchOf(inputs), { uniform, normal: unexpected, gamma: unexpected });
  expect(left).toEqual([]);
  expect(result.inputs.shape).toEqual(inputs.shape);
  return [...result.inputs.dataSync()];
}

function drawn(name: Json, inputs: Tensor, seed = 1, step = 0): Batch {
  return augmented(name, batchOf(inputs), drawsOf(tf.scalar(seed, 'int32'), tf.scalar(step, 'int32')));
}

/** From [-1, 1] to [0, 1]. */
function uniformFor(number: number): number {
  return (number + 1) / 2;
}

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  const largest = Math.max(...values.map((value, index) => Math.abs(value - expected[index]!)));
  expect(largest).toBeLessThan(1e-5);
}

describe('geometry', () => {
  const image = (): Tensor => tf.tensor([...golden.image], [1, 7, 5, 2]);

  it.each(golden.cases)(
    '$name of up to $amount, drawn $drawn, filled by $fillMode: as $source',
    ({ name, amount, drawn: numbers, fillMode, result }) => {
      const uniforms = numbers.map(number => [uniformFor(number)]);
      expectClose(given({ [name]: { amount, fillMode } }, image(), ...uniforms), result);
    },
  );

  it.each([1, 2, -1])('%i quarter turns counterclockwise are those of NumPy', quarters => {
    const square = tf.tensor([...golden.square], [1, 6, 6, 2]);
    expectClose(given({ rotate: 0.5 }, square, [uniformFor(quarters / 2)]), golden.quarters[quarters]!);
  });

  it('each image of a minibatch moves by its own number', () => {
    const images = tf.tile(image(), [3, 1, 1, 1]);
    const alone = [0.1, 0.5, 0.8].flatMap(number => given({ rotate: 0.3 }, image(), [number]));
    expectClose(given({ rotate: 0.3 }, images, [0.1, 0.5, 0.8]), alone);
  });

  it.each(['shift', 'rotate', 'zoom'])('%s of 0 changes nothing', name => {
    expectClose([...drawn({ [name]: 0 }, image()).inputs.dataSync()], golden.image);
  });

  /** Pixels that hold their own place as seen from the centre, x and y: so the place that they came from shows. */
  function places(count: number, side: number): Tensor {
    const ramp = tf.sub(tf.range(0, side), (side - 1) / 2);
    const [x, y] = [tf.reshape(ramp, [1, 1, side]), tf.reshape(ramp, [1, side, 1])] as const;
    const none = tf.zeros([count, side, side]);
    return tf.stack([tf.add(none, x), tf.add(none, y)], 3);
  }

  /** Where the pixel right of the centre came from, for many draws. */
  function sources(name: Json): { readonly x: number; readonly y: number }[] {
    const side = 7;
    const { inputs } = drawn(name, places(draws, side));
    const pixel = [...tf.slice(inputs, [0, 3, 4, 0], [draws, 1, 1, 2]).dataSync()];
    return Array.from({ length: draws }, (_, index) => ({ x: pixel[2 * index]!, y: pixel[2 * index + 1]! }));
  }

  it.each<[string, Json, (source: { readonly x: number; readonly y: number }) => number, number]>([
    ['shifts to the side', { shift: 0.2 }, ({ x }) => 1 - x, 0.2 * 7],
    ['shifts up and down', { shift: 0.2 }, ({ y }) => -y, 0.2 * 7],
    ['angles', { rotate: 0.3 }, ({ x, y }) => Math.atan2(y, x) / (2 * Math.PI), 0.3],
    ['zooms', { zoom: 0.6 }, ({ x }) => x - 1, 0.6],
  ])('%s are evenly distributed to both sides', (_, name, measure, amount) => {
    const numbers = sources(name).map(measure);
    const even = Array.from({ length: 49 }, (__, index) => amount * ((2 * (index + 1)) / 50 - 1));
    expect(distanceFrom(even, numbers)).toBeLessThan(golden.distance);
    expect(Math.max(...numbers.map(Math.abs))).toBeLessThanOrEqual(amount + 1e-5);
  });

  it('shifts up and down tell nothing about those to the side', () => {
    const products = sources({ shift: 0.2 }).map(({ x, y }) => ((1 - x) * -y) / (0.2 * 7) ** 2);
    // The product of two independent ones has the variance 1/9.
    expect(Math.abs(mean(products))).toBeLessThan(5 / 3 / Math.sqrt(draws));
  });
});

/** Of the numbers' distribution function from one whose quantiles at 0.02, 0.04 ... are given. */
function distanceFrom(quantiles: readonly number[], numbers: readonly number[]): number {
  const share = (limit: number): number => numbers.filter(number => number <= limit).length / numbers.length;
  return Math.max(...quantiles.map((quantile, index) => Math.abs(share(quantile) - (index + 1) / 50)));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

describe('flip', () => {
  // 1 2 3
  // 4 5 6
  const image = (count = 1): Tensor => tf.tile(tf.reshape(tf.range(1, 7), [1, 2, 3, 1]), [count, 1, 1, 1]);
  const flipped = {
    none: [1, 2, 3, 4, 5, 6],
    horizontal: [3, 2, 1, 6, 5, 4],
    vertical: [4, 5, 6, 1, 2, 3],
    both: [6, 5, 4, 3, 2, 1],
  };

  it('changes left and right, or up and down, of the examples that are drawn', () => {
    const { none, horizontal, vertical, both } = flipped;
    expect(given({ flip: 'horizontal' }, image(2), [0.49, 0.5])).toEqual([...horizontal, ...none]);
    expect(given({ flip: 'vertical' }, image(2), [0.5, 0.49])).toEqual([...none, ...vertical]);
    const four = given({ flip: 'both' }, image(4), [0, 0, 0.9, 0.9], [0, 0.9, 0, 0.9]);
    expect(four).toEqual([...both, ...horizontal, ...vertical, ...none]);
  });

  it.each([0, 0.2, 1])('a share of %d', share => {
    const images = drawn({ flip: { share } }, image(draws)).inputs;
    const corners = [...tf.slice(images, [0, 0, 0, 0], [draws, 1, 1, 1]).dataSync()];
    const deviation = Math.sqrt((share * (1 - share)) / draws);
    expect(Math.abs(mean(corners.map(corner => (corner === 3 ? 1 : 0))) - share)).toBeLessThanOrEqual(5 * deviation);
  });
});

describe('cutout', () => {
  it.each<[string, number, number, number, readonly string[]]>([
    ['in the middle', 0.5, 0.5, 0.5, ['######', '##..##', '##..##', '######']],
    ['in a corner', 0.75, 0, 0, ['.#####', '######', '######', '######']],
    ['over an edge', 1, 0.99, 0.51, ['######', '######', '#....#', '#....#']],
    ['of no size', 0, 0.4, 0.4, ['######', '######', '######', '######']],
  ])('hides a square %s', (_, size, y, x, rows) => {
    const expected = rows.flatMap(row => row.split('').flatMap(pixel => (pixel === '#' ? [1, 2] : [0, 0])));
    const image = tf.tile(tf.tensor1d([1, 2]), [24]).reshape([1, 4, 6, 2]);
    expect(given({ cutout: size }, image, [y], [x])).toEqual(expected);
  });

  it('hides each pixel as often as its place says, with a square of its own for each image', () => {
    const side = 8;
    const { inputs } = drawn({ cutout: 0.5 }, tf.ones([draws, side, side, 1]));
    const hidden = tf.sub(1, tf.mean(inputs, 0)).arraySync() as number[][][];
    // Of all centres along one axis, those nearer than 2.
    const along = Array.from({ length: side }, (_, i) => (Math.min(side, i + 2.5) - Math.max(0, i - 1.5)) / side);
    const deviations = hidden.flatMap((row, y) =>
      row.map(([share], x) => {
        const expected = along[y]! * along[x]!;
        return Math.abs(share! - expected) / Math.sqrt((expected * (1 - expected)) / draws);
      }),
    );
    expect(Math.max(...deviations)).toBeLessThan(5);
  });
});

describe('mixup', () => {
  it('mixes each example with the one at the same place from the end, and tells both targets', () => {
    const inputs = tf.tensor2d([1, 10, 2, 20, 3, 30], [3, 2]);
    const { inputs: result, targets, mixed } = drawn({ mixup: 1 }, inputs);
    const [a, b, c] = [...mixed!.share.dataSync()] as [number, number, number];
    const between = (first: number, second: number, share: number): number => share * first + (1 - share) * second;
    expectClose(
      [...result.dataSync()],
      [
        between(1, 3, a),
        between(10, 30, a),
        between(2, 2, b),
        between(20, 20, b),
        between(3, 1, c),
        between(30, 10, c),
      ],
    );
    expect([...targets.dataSync()]).toEqual([0, 1, 2]);
    expect([...mixed!.targets.dataSync()]).toEqual([2, 1, 0]);
    expect(new Set([a, b, c]).size).toBe(3);
  });

  it.each(Object.keys(golden.quantiles))('shares are from Beta(%s, same)', alpha => {
    const shares = [...drawn({ mixup: Number(alpha) }, tf.zeros([draws, 1])).mixed!.share.dataSync()];
    expect(shares.every(share => share >= 0 && share <= 1)).toBe(true);
    // Those nearer to 1 are 1 in float32.
    const quantiles = golden.quantiles[alpha]!.filter(quantile => quantile < 0.9999);
    expect(distanceFrom(quantiles, shares)).toBeLessThan(golden.distance);
    const variance = golden.variances[alpha]!;
    expect(Math.abs(mean(shares) - 0.5)).toBeLessThan(5 * Math.sqrt(variance / draws));
    expect(mean(shares.map(share => (share - 0.5) ** 2)) / variance).toBeCloseTo(1, 1);
  });

  it('the smallest alpha gives one or the other', () => {
    const shares = [...drawn({ mixup: 0.001 }, tf.zeros([draws, 1])).mixed!.share.dataSync()];
    expect(shares.every(share => share >= 0 && share <= 1)).toBe(true);
    expect(shares.filter(share => share > 0.01 && share < 0.99).length).toBeLessThan(draws / 50);
  });
});

describe('cutmix', () => {
  /** Images of one number each, from 1 on. */
  const plain = (count: number, side: number): Tensor =>
    tf.mul(tf.ones([count, side, side, 1]), tf.reshape(tf.range(1, count + 1), [count, 1, 1, 1]));

  it('takes a rectangle from the example at the same place from the end, and tells both targets', () => {
    // Equal numbers from the gamma distribution give a share of a half: a square with a side of 0.707 of 4, in the
    // middle of the first image and in a corner of the second.
    const centres = [
      [0.5, 0],
      [0.5, 0],
    ];
    const left = [[0.5, 0.5], [0.5, 0.5], ...centres];
    const random: Draws = {
      uniform: shape => tf.tensor(left.shift()!, [...shape]),
      gamma: shape => tf.ones([...shape]),
      normal: shape => tf.zeros([...shape]),
    };
    const { inputs, targets, mixed } = augmented({ cutmix: 1 }, batchOf(plain(2, 4)), random);
    expect([...inputs.dataSync()].join('')).toBe(
      ['1111', '1221', '1221', '1111', '1222', '2222', '2222', '2222'].join(''),
    );
    expect([...mixed!.share.dataSync()]).toEqual([12 / 16, 15 / 16]);
    expect([...targets.dataSync()]).toEqual([0, 1]);
    expect([...mixed!.targets.dataSync()]).toEqual([1, 0]);
  });

  it('shares are those of the pixels, as Beta and the edges make them', () => {
    const side = 40;
    const { inputs, mixed } = drawn('cutmix', plain(2000, side));
    const shares = [...mixed!.share.dataSync()];
    const own = tf.mean(tf.cast(tf.equal(inputs, plain(2000, side)), 'float32'), [1, 2, 3]);
    expectClose(shares, [...own.dataSync()]);
    // Of a side r, evenly distributed centres leave E[r^2 (1 - r/4)^2] of the pixels to the other, r^2 ~ Beta(1, 1).
    const expected = 1 - (1 / 2 - 1 / 5 + 1 / 48);
    expect(Math.abs(mean(shares) - expected)).toBeLessThan(0.03);
  });
});

describe('every augmentation', () => {
  const names = Object.keys(augmentations);
  const images = (): Tensor => tf.reshape(tf.sin(tf.range(0, 4 * 8 * 8)), [4, 8, 8, 1]);
  const values = (name: string, seed: number, step: number): number[] => [
    ...drawn(name, images(), seed, step).inputs.dataSync(),
  ];

  it.each(names)('%s: same seed and step, same bits; another step or seed, others', name => {
    const one = values(name, 3, 7);
    expect(values(name, 3, 7)).toEqual(one);
    expect(values(name, 3, 8)).not.toEqual(one);
    expect(values(name, 103, 7)).not.toEqual(one);
    expect(one).not.toEqual([...images().dataSync()]);
  });
});

describe('what cannot be', () => {
  const program = (inputShape: readonly number[], train: Readonly<Record<string, Json>>) => () =>
    buildProgram(
      { task: 'classification', inputShape, targetSize: 1, classes: ['a', 'b'] },
      modelSection.parse({ layers: ['flatten'] }),
      trainSection.parse(train),
    );
  const refusal = (run: () => unknown): unknown => {
    try {
      return run() && undefined;
    } catch (error) {
      return error;
    }
  };

  it.each(['flip', 'shift', 'rotate', 'zoom', 'cutout', 'cutmix'])('%s of vectors', name => {
    expect(refusal(program([5, 2], { augment: ['gaussianNoise', name] }))).toMatchObject({
      code: 'MODEL_INVALID',
      problems: [
        {
          path: ['train', 'augment', 1],
          message: 'it changes images, and an example has the shape [5, 2]',
          expected: 'examples of the shape [height, width, channels]',
        },
      ],
    });
  });

  it('mixing one example with itself', () => {
    expect(refusal(program([4, 4, 1], { augment: ['mixup'], batchSize: 1 }))).toMatchObject({
      code: 'MODEL_INVALID',
      problems: [{ path: ['train', 'augment', 0], message: 'a batch of one example has none to mix it with' }],
    });
  });

  it('mixing twice', () => {
    expect(refusal(program([4, 4, 1], { augment: ['mixup', 'flip', 'cutmix'] }))).toMatchObject({
      code: 'MODEL_INVALID',
      problems: [{ path: ['train', 'augment', 2], message: 'the examples are mixed already' }],
    });
  });

  it.each<[string, Json]>([
    ['a square larger than the image', { cutout: 1.1 }],
    ['a zoom to nothing', { zoom: 1 }],
    ['no Beta distribution', { mixup: 0 }],
    ['a filling that there is not', { shift: { fillMode: 'mirror' } }],
  ])('%s', (_, augment) => {
    expect(trainSection.safeParse({ augment: [augment] }).success).toBe(false);
  });
});
