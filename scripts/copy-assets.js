/** Copies what tsc leaves: the page's script and styles, and the schema of reports. */
import { cpSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const pathOf = folder => fileURLToPath(new URL(`../${folder}`, import.meta.url));

cpSync(pathOf('src'), pathOf('dist'), { recursive: true, filter: path => extname(path) !== '.ts' });
