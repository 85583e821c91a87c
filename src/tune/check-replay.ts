/** Whether "after" asks to replay what no trial can learn: that shows before anything trains. */
import { TuneError } from '../errors.ts';
import { defaultConfig } from '../space/default-config.ts';
import { isGradientTuned } from '../space/gradient-params.ts';
import { resolve } from '../space/resolve.ts';
import type { SpaceFile } from '../space/space-file.ts';
import { afterSection } from '../train/after/section.ts';
import { inFile } from '../train/complete.ts';

/**
 * @param file with its parameters marked as they will be tuned
 * @throws TuneError SPACE_INVALID, with the place in the file
 */
export function checkReplay(file: SpaceFile): void {
  const { after = {}, space } = file;
  const config = defaultConfig(space);
  if (!afterSection.parse(resolve(after, space, config)).replay) return;
  if (space.params.some(isGradientTuned)) return;
  const problem = {
    path: ['after', 'replay'],
    message: '"replay" has nothing to replay: no parameter is tuned by the gradient',
    expected: '"tune": "gradient" at a parameter, or "sampler": "gradient"',
  };
  throw inFile(new TuneError('SPACE_INVALID', problem), file, config, 'after');
}
