/** The network, the training and the space of a file that leaves them out: sensible for the shape of its data. */
import type { Json } from '../space/space.ts';
import type { Dataset } from './data/dataset.ts';

export interface DefaultSections {
  readonly model: Json;
  readonly train: Json;
  /** Parameters by name, in the form of space.json, that the model refers to. */
  readonly modelSpace: Readonly<Record<string, Json>>;
  /** Parameters that the training refers to. */
  readonly trainSpace: Readonly<Record<string, Json>>;
}

/** Smaller images have nothing left after two rounds of pooling. */
const smallestImage = 12;

export function defaultSections({ inputShape }: Pick<Dataset, 'inputShape'>): DefaultSections {
  const [height = 0, width = 0] = inputShape;
  const isImage = inputShape.length === 3 && Math.min(height, width) >= smallestImage;
  const network = isImage ? imageNetwork : vectorNetwork(inputShape.length > 1);
  return { model: { layers: network.layers }, modelSpace: network.space, ...training };
}

interface Network {
  readonly layers: readonly Json[];
  readonly space: Readonly<Record<string, Json>>;
}

const imageNetwork: Network = {
  layers: [
    { conv2d: { filters: '$filters', kernelSize: 3, activation: 'relu' } },
    { maxPool: 2 },
    { conv2d: { filters: '$filters', kernelSize: 3, activation: 'relu' } },
    { maxPool: 2 },
    'flatten',
    { dense: { units: '$units', activation: 'relu' } },
    { dropout: '$dropout' },
  ],
  space: {
    filters: { type: 'int', low: 8, high: 64, log: true, default: 16 },
    units: { type: 'int', low: 32, high: 256, log: true, default: 64 },
    dropout: { type: 'float', low: 0, high: 0.6, default: 0.2 },
  },
};

function vectorNetwork(flattens: boolean): Network {
  const hidden: readonly Json[] = [{ dense: { units: '$units', activation: 'relu' } }, { dropout: '$dropout' }];
  return {
    layers: [...(flattens ? ['flatten'] : []), { stack: { times: '$depth', layers: hidden } }],
    space: {
      depth: { type: 'int', low: 1, high: 4, default: 2 },
      units: { type: 'int', low: 16, high: 256, log: true, default: 64 },
      dropout: { type: 'float', low: 0, high: 0.5, default: 0 },
    },
  };
}

const training = {
  train: {
    optimizer: { adam: { learningRate: '$learningRate' } },
    batchSize: '$batchSize',
    epochs: 50,
    earlyStopping: { patience: 6 },
    l2: '$l2',
  },
  trainSpace: {
    learningRate: { type: 'float', low: 1e-4, high: 1e-1, log: true, default: 1e-3 },
    batchSize: { type: 'categorical', choices: [32, 16, 64, 128] },
    l2: { type: 'float', low: 1e-7, high: 1e-2, log: true, default: 1e-6 },
  },
} as const;
