/** Weights of a trial of ours: tensors named by layer, "0.conv2d.kernel". */
import { readCheckpoint } from '../checkpoint.ts';
import { byLayer, type PretrainedWeights } from './pretrained.ts';

/** @throws TuneError FILE_UNREADABLE */
export async function readCheckpointWeights(path: string): Promise<PretrainedWeights> {
  const found = (await readCheckpoint(path)).map(({ name, ...tensor }) => {
    const end = name.lastIndexOf('.');
    return { layer: [name.slice(0, end)], parts: [], tensor: { ...tensor, name: name.slice(end + 1) } };
  });
  return { path, layers: byLayer(found), isOrdered: true };
}
