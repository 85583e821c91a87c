/** Trained weights from a file, whatever its format: layers in their order, each with its tensors in the order of Keras. */
import type { NamedTensor } from '../checkpoint.ts';

export interface PretrainedLayer {
  /** As in the model that was saved; a layer inside a nested model goes by its own name where the file tells models. */
  readonly name: string;
  /**
   * Trained weights before statistics, as layer.getWeights() has them: kernel, bias; gamma, beta, moving mean, moving
   * variance. Their names are those of the file: "kernel", or "0" where it only counts them. Layers of several parts have
   * them in front, "forward_lstm/lstm_cell/kernel", and a .keras or .weights.h5 file has the parts in alphabetical order.
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
  /** The layer, after the nested models that it is in. */
  readonly layer: readonly string[];
  /** Its parts, where it has some: the cell of a recurrent layer, both directions of a bidirectional one. */
  readonly parts: readonly string[];
  readonly tensor: NamedTensor;
}

/** Puts tensors together by layer, in the order in which layers first come up. */
export function byLayer(found: readonly FoundTensor[]): PretrainedLayer[] {
  const groups = new Map<string, FoundTensor[]>();
  for (const one of found) {
    const path = one.layer.join('/');
    groups.set(path, [...(groups.get(path) ?? []), one]);
  }
  const names = new Set<string>();
  return [...groups].map(([path, tensors]) => {
    const own = tensors[0]!.layer.at(-1)!;
    // Two nested models may have layers of the same name.
    const name = names.has(own) ? path : own;
    names.add(name);
    const common = commonParts(tensors.map(({ parts }) => parts));
    const named = tensors.map(({ parts, tensor }) => ({
      ...tensor,
      name: [...parts.slice(common), tensor.name].join('/'),
    }));
    return { name, tensors: named };
  });
}

/** How many of the first parts are the same for all. */
function commonParts(paths: readonly (readonly string[])[]): number {
  const [first = [], ...others] = paths;
  const end = first.findIndex((part, depth) => others.some(path => path[depth] !== part));
  return end < 0 ? first.length : end;
}
