/** Trained weights from a file, whatever its format: layers in their order, each with its tensors in the order of Keras. */
import type { NamedTensor } from '../checkpoint.ts';

export interface PretrainedLayer {
  /** As in the model that was saved; a layer inside a nested model goes by its own name. */
  readonly name: string;
  /**
   * Trained weights before statistics, as layer.getWeights() has them: kernel, bias; gamma, beta, moving mean, moving
   * variance. Their names are those of the file: "kernel", or "0" where it only counts them.
   */
  readonly tensors: readonly NamedTensor[];
}

export interface PretrainedWeights {
  readonly path: string;
  /** Only layers with weights. Whole numbers, such as seeds of dropout, are no weights. */
  readonly layers: readonly PretrainedLayer[];
  /** Whether the layers are in the order of the model. A .weights.h5 file of Keras 3 alone has no order but the alphabet's. */
  readonly isOrdered: boolean;
}

/** A tensor with its place in a file. */
export interface FoundTensor {
  /** The layer of the outermost model. */
  readonly layer: string;
  /** Inside it: the layer of a nested model, the cell of a recurrent layer. */
  readonly folders: readonly string[];
  readonly tensor: NamedTensor;
}

/** Puts tensors together by layer, in the order in which layers first come up. */
export function byLayer(found: readonly FoundTensor[]): PretrainedLayer[] {
  const layers = new Map<string, PretrainedLayer>();
  for (const [name, tensors] of groupBy(found, ({ layer }) => layer)) {
    const common = commonFolders(tensors.map(({ folders }) => folders));
    const parts = groupBy(tensors, ({ folders }) => folders.slice(common).join('/') || name);
    for (const [part, inside] of parts) {
      // Two nested models may have layers of the same name.
      const unique = layers.has(part) ? `${name}/${part}` : part;
      layers.set(unique, { name: unique, tensors: inside.map(({ tensor }) => tensor) });
    }
  }
  return [...layers.values()];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** How many leading folders are the same for all. */
function commonFolders(paths: readonly (readonly string[])[]): number {
  const [first = [], ...others] = paths;
  const end = first.findIndex((folder, depth) => others.some(path => path[depth] !== folder));
  return end < 0 ? first.length : end;
}
