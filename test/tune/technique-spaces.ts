/** Space files that show a technique: how many trials show it, and what must have come of them. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TuneResult } from '../../src/index.ts';
import { readCheckpoint } from '../../src/train/checkpoint.ts';

interface Shown {
  /** Trials that are enough. */
  readonly trials: number;
  /** The file that has to run before it. */
  readonly after?: string;
  /** @param earlier what came of that one */
  expect(result: TuneResult, earlier: TuneResult | undefined): void | Promise<void>;
}

function accuracy({ report }: TuneResult): number {
  return report.model!.test.metrics['accuracy']!;
}

async function weights({ files }: TuneResult, name: string): Promise<Float32Array> {
  const tensors = await readCheckpoint(join(files.model!, 'checkpoint.weights'));
  return tensors.find(tensor => tensor.name === name)!.values;
}

export const techniqueSpaces: Readonly<Record<string, Shown>> = {
  'augment.json': {
    trials: 1,
    expect: result => expect(accuracy(result)).toBeGreaterThan(0.9),
  },
  'compress.json': {
    trials: 1,
    expect(result) {
      const variants = result.report.model!.after!.compressed!;
      expect(variants.map(({ name }) => name.split(', ').at(-1))).toEqual([
        'original',
        'lowRank',
        'prune',
        'quantize',
        'distill',
      ]);
      const [original, thin, pruned, quantized, small] = variants;
      expect(thin!.parameters).toBeLessThan(0.7 * original!.parameters);
      expect(pruned!.packedBytes).toBeLessThan(0.8 * thin!.packedBytes);
      expect(quantized!.bytes).toBeLessThan(0.25 * original!.bytes);
      expect(small!.parameters).toBeLessThan(0.25 * original!.parameters);
      for (const { test } of variants) expect(test.metrics['accuracy']).toBeGreaterThan(0.9);
    },
  },
  'ensemble.json': {
    trials: 3,
    expect(result) {
      const { ensemble, savedModel } = result.report.model!.after!;
      expect(new Set(ensemble!.trials)).toEqual(new Set([0, 1, 2]));
      expect(ensemble!.trials[0]).toBe(result.best!.id);
      expect(ensemble!.test.metrics['accuracy']).toBeGreaterThan(0.93);
      expect(savedModel).toBe('saved_model');
    },
  },
  'gradient-digits.json': {
    trials: 2,
    expect(result) {
      const tuned = result.report.study.space.params.flatMap(({ name, tune }) => (tune === 'gradient' ? [name] : []));
      expect(tuned).toEqual(['learningRate', 'momentum', 'l2', 'labelSmoothing', 'dropout']);
      expect(result.trials.map(({ state }) => state)).toEqual(['complete', 'complete']);
      expect(accuracy(result)).toBeGreaterThan(0.85);
    },
  },
  'grow.json': {
    trials: 6,
    expect(result) {
      // Whether it is pruned while it grows or after: no trial fails.
      expect(result.trials.map(({ state }) => state)).not.toContain('failed');
      const { bestEpoch } = result.best!.attributes as { readonly bestEpoch: number };
      const { depth, every } = result.best!.config as { readonly depth: number; readonly every: number };
      expect(bestEpoch).toBeGreaterThan((depth - 2) * every);
      expect(accuracy(result)).toBeGreaterThan(0.7);
    },
  },
  'recurrent.json': {
    trials: 1,
    expect: result => expect(accuracy(result)).toBeGreaterThan(0.9),
  },
  'synthetic-mix.json': {
    trials: 1,
    expect(result) {
      expect(result.best!.config['share']).toBe(0.9);
      expect(accuracy(result)).toBeGreaterThan(0.7);
      expect(result.report.model!.test.examples).toBe(2000);
    },
  },
  'transfer-source.json': {
    trials: 1,
    expect: result => expect(accuracy(result)).toBeGreaterThan(0.9),
  },
  'transfer.json': {
    trials: 1,
    after: 'transfer-source.json',
    async expect(result, earlier) {
      // Kernel and bias of three layers.
      expect(result.best!.attributes!['transferred']).toBe(6);
      expect(await weights(result, 'edges.kernel')).toEqual(await weights(earlier!, 'edges.kernel'));
      expect(await weights(result, 'shapes.kernel')).not.toEqual(await weights(earlier!, 'shapes.kernel'));
      expect(accuracy(result)).toBeGreaterThan(0.8);
    },
  },
  'zero-shot.json': {
    trials: 1,
    expect(result) {
      const { seenAccuracy, unseenAccuracy, chance, rejectionAuc } = result.report.model!.zeroShot!;
      expect(seenAccuracy).toBeGreaterThan(0.85);
      expect(chance).toBe(0.5);
      expect(unseenAccuracy).toBeGreaterThan(0.55);
      expect(rejectionAuc).toBeGreaterThan(0.8);
    },
  },
};
