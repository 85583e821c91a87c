/** Data that needs more than reading a file, from the space file to the model. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const train = { optimizer: { adam: 0.01 }, epochs: 2, batchSize: 8, earlyStopping: false };

test('image folders: decoded in the trainer host, never in this process', async () => {
  const { colour } = JSON.parse(readFileSync(new URL('../golden/images.json', import.meta.url), 'utf8')) as {
    readonly colour: { readonly files: Readonly<Record<string, string>> };
  };
  for (const [path, text] of Object.entries(colour.files))
    for (let copy = 0; copy < 6; copy++) {
      const target = join(folder, 'photos', dirname(path), `${copy}-${path.split('/')[1]}`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, Buffer.from(text, 'base64'));
    }
  const data = { images: { folder: join(folder, 'photos'), size: [12, 12] } };
  const model = { layers: ['flatten', { dense: 8 }] };
  const { best, report } = await tune({ name: 'photos', data, model, train }, { trials: 1, slots: 1, reports: folder });
  expect(best!.value).toBeGreaterThan(0);
  expect(report.model!.test.examples).toBe(5);
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  expect(sharedObjects.filter(file => file.includes('tensorflow') || file.includes('tfjs'))).toEqual([]);
});
