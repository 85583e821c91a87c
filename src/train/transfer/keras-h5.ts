/**
 * Weights of Keras in HDF5 files, in both layouts:
 * - Keras 2, and .h5 of Keras 3: "layer_names" and each layer's "weight_names" are attributes and lead to the tensors.
 * - .weights.h5 of Keras 3, and inside .keras: layers/<class>_<number>/vars/<number>, with nested models and cells as
 *   groups of their own.
 */
import { invalid } from '../data/number-file.ts';
import { readHdf5, type Hdf5Group } from './hdf5.ts';
import { byLayer, type FoundTensor, type PretrainedWeights } from './pretrained.ts';
import { layerNames, layersIn, type LayerConfig } from './topology.ts';

/**
 * @param path of the file, for messages
 * @param model layers of the model, where they are known: Keras 3 keeps neither their order nor all names in the weights
 * @throws TuneError DATA_INVALID
 */
export function readKerasH5(
  path: string,
  bytes: Uint8Array,
  model?: readonly LayerConfig[],
): Promise<PretrainedWeights> {
  return readHdf5(path, bytes, root => {
    // A whole model has its weights in a group.
    const named = [root, root.group('model_weights')].find(group => group && listOf(group, 'layer_names'));
    if (named) {
      const [config] = root.texts('model_config') ?? [];
      const known = config === undefined ? [] : layerNames(layersIn(JSON.parse(config)));
      return { path, layers: byLayer(namedTensors(named, known)), isOrdered: true };
    }
    const layers = root.group('layers');
    if (!layers)
      throw invalid(path, {
        message: 'no layers are in this HDF5 file',
        expected:
          'weights of a Sequential or functional model, as model.save() or model.save_weights() of Keras writes them',
      });
    return { path, layers: byLayer(countedTensors(layers, model)), isOrdered: model !== undefined };
  });
}

/** @param known names of layers, by which those of nested models are told from parts of a layer */
function namedTensors(group: Hdf5Group, known: readonly string[]): FoundTensor[] {
  return listOf(group, 'layer_names')!.flatMap(outer => {
    const inside = group.group(outer);
    return (inside ? (listOf(inside, 'weight_names') ?? []) : []).flatMap(path => {
      const tensor = inside!.tensor(path);
      if (!tensor) return [];
      const parts = path.split('/').slice(0, -1);
      const inner = parts.findLastIndex(part => known.includes(part));
      const isNested = inner >= 0 && parts[inner] !== outer;
      return [{ layer: isNested ? [outer, parts[inner]!] : [outer], parts: parts.slice(inner + 1), tensor }];
    });
  });
}

/** Lists that are too long for one attribute go on in others: weight_names0, weight_names1. */
function listOf(group: Hdf5Group, attribute: string): readonly string[] | undefined {
  const whole = group.texts(attribute);
  if (whole) return whole;
  const parts: (readonly string[])[] = [];
  for (let part; (part = group.texts(`${attribute}${parts.length}`));) parts.push(part);
  return parts.length > 0 ? parts.flat() : undefined;
}

function countedTensors(layers: Hdf5Group, model: readonly LayerConfig[] | undefined): FoundTensor[] {
  return inOrder(layers, model).flatMap(({ name, group, inner }) => {
    const nested = group.group('layers');
    const own = tensorsIn(group).map(({ parts, tensor }) => ({ layer: [name], parts, tensor }));
    const others = nested ? countedTensors(nested, inner) : [];
    return [...own, ...others.map(found => ({ ...found, layer: [name, ...found.layer] }))];
  });
}

/** The tensors of a layer and its parts. */
function tensorsIn(group: Hdf5Group): Omit<FoundTensor, 'layer'>[] {
  return ['vars', ...group.names.filter(name => name !== 'vars')].flatMap(name => {
    const part = name === 'layers' ? undefined : group.group(name);
    if (!part) return [];
    if (name !== 'vars') return tensorsIn(part).map(({ parts, tensor }) => ({ parts: [name, ...parts], tensor }));
    return part.names.flatMap(number => {
      const tensor = part.tensor(number);
      return tensor ? [{ parts: [], tensor }] : [];
    });
  });
}

interface LayerGroup {
  readonly name: string;
  readonly group: Hdf5Group;
  readonly inner: readonly LayerConfig[] | undefined;
}

function inOrder(layers: Hdf5Group, model: readonly LayerConfig[] | undefined): LayerGroup[] {
  if (model === undefined)
    return layers.names.flatMap(key => {
      const group = layers.group(key);
      return group ? [{ name: group.group('vars')?.texts('name')?.[0] ?? key, group, inner: undefined }] : [];
    });
  const keys = groupKeys(model);
  return model.flatMap(({ name, layers: inner }, index) => {
    const group = layers.group(keys[index]!);
    return group ? [{ name, group, inner }] : [];
  });
}

/** Names of the groups of layers, as Keras forms them: the class in snake case, and a number from the second one on. */
function groupKeys(model: readonly LayerConfig[]): string[] {
  const used = new Map<string, number>();
  return model.map(({ className }) => {
    const key = className
      .replaceAll(/\W+/g, '')
      .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
      .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    const number = used.get(key) ?? 0;
    used.set(key, number + 1);
    return number === 0 ? key : `${key}_${number}`;
  });
}
