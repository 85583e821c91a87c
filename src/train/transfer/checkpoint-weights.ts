/** Weights of a trial of ours: tensors named by layer, "0.conv2d.kernel". */
import { readCheckpoint } from '../checkpoint.ts';
import { invalid } from '../data/number-file.ts';
import { byLayer, type PretrainedWeights } from './pretrained.ts';

/**
 * Of a file that is of no other format.
 * @throws TuneError DATA_INVALID
 */
export async function readCheckpointWeights(path: string): Promise<PretrainedWeights> {
  const tensors = await readCheckpoint(path).catch(() => {
    throw invalid(path, {
      message: 'this file holds no trained weights',
      expected: "a model.json of tfjs, a .keras or .h5 file, or a study's folder",
    });
  });
  const found = tensors.map(({ name, ...tensor }) => {
    const end = name.lastIndexOf('.');
    return { layer: [name.slice(0, end)], parts: [], tensor: { ...tensor, name: name.slice(end + 1) } };
  });
  return { path, layers: byLayer(found), isOrdered: true };
}
