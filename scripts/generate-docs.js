/** Writes search-spaces/schema.json and FEATURES.md from the techniques and their knobs, and from the protocol of tune serve. Needs the build. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sections } from '../dist/tune/sections.js';
import { features } from '../dist/tune/features.js';
import { protocolMarkdown } from '../dist/serve/explain.js';
import { fileJsonSchema } from '../dist/space/file-json-schema.js';

const write = (path, text) => writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);

write('search-spaces/schema.json', `${JSON.stringify(fileJsonSchema(sections), undefined, 2)}\n`);
write('FEATURES.md', `${features()}\n${protocolMarkdown()}`);
