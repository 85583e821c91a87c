/** An epoch over the blocks of a streamed data set is the epoch over the same rows in memory, bit for bit. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { tensorsIn } from '../../src/backend/graph/tree.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import { createRng } from '../../src/study/rng.ts';
import { prepareBatches, toTensors } from '../../src/train/batches.ts';
import { dataSection, loadDataset, streamDataset } from '../../src/train/data/section.ts';
import { readBlocks, shuffledByChunk } from '../../src/train/data/streaming/read-blocks.ts';
import { rawStep } from '../../src/train/epochs.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { buildProgram } from '../../src/train/program.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { initialState, type State } from '../../src/train/step.ts';
import { folderOf } from './data/helpers.ts';

beforeAll(() => loadBackend());

test('compiled, with dropout and Adam, in blocks of several sizes', async () => {
  const folder = await folderOf({});
  const line = (row: number): string => `${Math.sin(row)},${Math.cos(3 * row)},${row % 7},${row % 3}`;
  await writeFile(
    join(folder, 'a.csv'),
    ['a,b,c,y', ...Array.from({ length: 1500 }, (_, row) => line(row)), ''].join('\n'),
  );
  const section = dataSection.parse({ csv: 'a.csv', streaming: { chunk: '3KB' } });
  const dataset = await loadDataset(section, folder, 1);
  vi.stubEnv('XDG_CACHE_HOME', folder);
  const streamed = await streamDataset(section, folder, 1).finally(() => vi.unstubAllEnvs());
  const layers = [{ dense: { units: 8, activation: 'relu' } }, { dropout: 0.3 }];
  const train = trainSection.parse({ optimizer: 'adam', epochs: 1 });
  const program = buildProgram(dataset, modelSection.parse({ layers }), train);
  const batches = prepareBatches(dataset, section, 1);
  const graphs = createGraphs();
  const batchSize = 32;
  const { scaling } = batches;
  const hyper = { hyper: createHyper(program, 1), scaling };
  const groups = shuffledByChunk(batches.train, streamed, createRng(1, 'shuffle', 1));
  const first = (): State => initialState(program, createRng(1, 'weights'));
  const graph = graphs.take(
    `train ${program.structure}`,
    batchSize,
    { data: batches.data, hyper, state: first() },
    rawStep(program),
  );

  const order = Int32Array.from(groups.flatMap(group => [...group]));
  const expected = await graph.epoch({ data: batches.data, hyper, state: first(), order });

  let state = first();
  let loss = 0;
  let blocks = 0;
  for await (const block of readBlocks(streamed, groups, batchSize)) {
    const data = toTensors({ ...streamed, ...block });
    const { size } = block;
    const trained = await graph.epoch({
      data,
      hyper,
      state,
      order: Int32Array.from({ length: size }, (_, row) => row),
    });
    tf.dispose([data.inputs, data.targets, ...tensorsIn(state)]);
    state = trained.state;
    loss += (trained.metrics['loss']! * size) / order.length;
    blocks++;
  }
  expect(blocks).toBeGreaterThan(3);
  expect(order.length % batchSize).not.toBe(0);
  expect(loss).toBeCloseTo(expected.metrics['loss']!, 5);
  const values = (of: State): number[][] => tensorsIn(of).map(tensor => [...tensor.dataSync()]);
  expect(values(state)).toEqual(values(expected.state));
  graphs.dispose();
});
