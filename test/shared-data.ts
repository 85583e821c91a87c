/** Real data beside the project (../shared/data), which a stranger's clone does not have. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../shared/data/', import.meta.url));
/** For describe.skipIf. With CI set the tests run anyway, and fail on the missing files. */
export const lacksSharedData = !existsSync(folder) && !process.env['CI'];

/** Path of one of the real data files. */
export function sharedData(relative: string): string {
  return join(folder, relative);
}

if (lacksSharedData) console.warn(`tests on real data are skipped: there is no folder ${folder}`);
