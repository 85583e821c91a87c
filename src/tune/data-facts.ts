/** What a study trains on, as its report says it. */
import { asJson } from '../space/json.ts';
import { defaultConfig } from '../space/default-config.ts';
import { resolve } from '../space/resolve.ts';
import type { DataFacts } from '../report/report.ts';
import { dataHash } from '../train/data/data-hash.ts';
import { dataSection } from '../train/data/section.ts';
import type { TuneFile } from './sections.ts';

/** The data of the default configuration; undefined where it has none in files or by a procedure. */
export async function dataFacts({ data, space, folder, seed }: TuneFile): Promise<DataFacts | undefined> {
  if (data === undefined) return undefined;
  const section = dataSection.parse(resolve(data, space, defaultConfig(space)));
  // Training has read it by now, or will say why it cannot.
  const hash = await dataHash(section, folder, seed).catch(() => undefined);
  return hash === undefined ? undefined : { hash, split: asJson({ seed, ...section.split }) };
}
