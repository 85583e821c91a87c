/** A whole model of Keras in one file (.keras): a zip archive of config.json and model.weights.h5. */
import { listMembers, readMember } from '../../backend/unzip.ts';
import { messageOf } from '../../errors.ts';
import { invalid } from '../data/number-file.ts';
import { withOpenFile } from '../data/read-file.ts';
import { readKerasH5 } from './keras-h5.ts';
import type { PretrainedWeights } from './pretrained.ts';
import { layersIn, type LayerConfig } from './topology.ts';

/** @throws TuneError FILE_UNREADABLE or DATA_INVALID */
export async function readKerasArchive(path: string): Promise<PretrainedWeights> {
  const { config, weights } = await readParts(path);
  return readKerasH5(path, weights, config);
}

/** Weights hardly compress, and the text of a model not a hundred times: what unpacks to more is made to fill the memory. */
const largestRatio = 100;

function readParts(path: string): Promise<{ config: LayerConfig[]; weights: Buffer }> {
  return withOpenFile(path, async file => {
    try {
      const { size } = await file.stat();
      const members = await listMembers(file);
      const read = async (name: string): Promise<Buffer> => {
        const member = members.find(other => other.name === name);
        if (!member) throw new Error(`there is no ${name} in it`);
        if (member.size > size * largestRatio) throw new Error(`${name} claims to be ${member.size} bytes long`);
        return readMember(file, member);
      };
      return {
        config: layersIn(JSON.parse((await read('config.json')).toString('utf8'))),
        weights: await read('model.weights.h5'),
      };
    } catch (error) {
      throw invalid(path, {
        message: `the archive does not read: ${messageOf(error)}`,
        expected: 'a .keras file, as model.save() of Keras writes it',
      });
    }
  });
}
