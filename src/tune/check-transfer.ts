/** Whether the weights that "transfer" names fit the default configuration: a wrong file shows before anything trains. */
import { resolve } from 'node:path';
import { defaultConfig } from '../space/default-config.ts';
import type { Technique } from '../space/technique.ts';
import { inFile, planFile, type CompleteSpaceFile } from '../train/complete.ts';
import { wholePlan, type DataShape } from '../train/program.ts';
import { readWeights } from '../train/transfer/read-weights.ts';
import { transferred } from '../train/transfer/transfer.ts';

/** @throws TuneError FILE_UNREADABLE, DATA_INVALID or MODEL_INVALID, with the place in the file */
export async function checkTransfer(
  file: CompleteSpaceFile<Technique, Technique> & { readonly folder: string },
  data: DataShape,
): Promise<void> {
  const config = defaultConfig(file.space);
  const { model, train } = planFile(file, data, config);
  if (!train.transfer) return;
  try {
    transferred(train.transfer, await readWeights(resolve(file.folder, train.transfer.from)), wholePlan(data, model));
  } catch (error) {
    throw inFile(error, file, config, 'train');
  }
}
