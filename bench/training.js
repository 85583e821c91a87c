/** `npm run bench -- training`: milliseconds per training step of tfjs-tune and its rivals, side by side. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from '../dist/report/environment.js';
import { writeData } from './harness/data.js';
import { startPeer } from './harness/peer-process.js';
import { commandOf, ours, peers as catalogue } from './harness/peers.js';
import { findPython } from './harness/python.js';
import { median } from './harness/statistics.js';
import { judge, judgeStart } from './harness/targets.js';
import { trainingMarkdown } from './harness/training-table.js';
import { measureCost } from './hypergradients/cost.js';

const catalogueOfNets = JSON.parse(await readFile(new URL('common/nets.json', import.meta.url), 'utf8'));

export const netNames = Object.keys(catalogueOfNets);
export const peerNames = Object.keys(catalogue);

/**
 * @param {{ nets: string[], peers: string[], rounds: number, say: (line: string) => void }} options
 * @returns the document, the same as Markdown, and whether every peer ran
 */
export async function training({ nets, peers, rounds, say }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const versions = {};
  const results = [];
  let python;
  const context = { peers, rounds, say, folder, versions, findPython: () => (python ??= findPython()) };
  try {
    for (const net of nets) results.push(await measureNet(net, context));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const document = {
    bench: 'training',
    date: new Date().toISOString(),
    environment: environmentOf(),
    versions,
    rounds,
    nets: results,
    gradients: await measureCost({ nets, rounds, say }),
    targets: judge(results),
    start: judgeStart(results),
  };
  const isComplete = results.every(result => result.peers.every(({ failed }) => failed === undefined));
  return { document, markdown: trainingMarkdown(document), isComplete };
}

/** All peers of a net live at the same time and take turns, so that noise of the machine hits all of them alike. */
async function measureNet(name, { peers, rounds, say, folder, versions, findPython }) {
  const net = catalogueOfNets[name];
  const dataFile = join(folder, `${name}.data`);
  await writeData(dataFile, name, net);
  const entrants = [];
  try {
    for (const peer of peers) {
      const entrant = { peer, times: [] };
      entrants.push(entrant);
      await attempt(entrant, async () => {
        const started = performance.now();
        entrant.process = await startPeer(await commandOf(peer, [name, dataFile], findPython));
        const { versions: own, start } = entrant.process.about;
        Object.assign(versions, own);
        if (start) entrant.start = start;
        say(`${name}: ${peer} is ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
      });
    }
    for (let round = 1; round <= rounds; round++) {
      for (const entrant of entrants.filter(({ failed }) => failed === undefined))
        await attempt(entrant, async () => {
          const { milliseconds, loss } = await entrant.process.epoch();
          entrant.times.push(milliseconds / net.batches);
          entrant.loss = loss;
        });
      say(`${name}: round ${round} of ${rounds}`);
    }
  } finally {
    await Promise.all(entrants.map(({ process }) => process?.stop()));
  }
  return { net: name, batch: net.batch, batches: net.batches, peers: summarize(entrants) };

  async function attempt(entrant, action) {
    try {
      await action();
    } catch (error) {
      entrant.failed = error.message;
      say(`${name}: ${entrant.peer} failed: ${error.message}`);
    }
  }
}

function summarize(entrants) {
  const bests = Object.fromEntries(
    entrants.filter(({ failed }) => failed === undefined).map(({ peer, times }) => [peer, Math.min(...times)]),
  );
  return entrants.map(({ peer, times, loss, start, failed }) => {
    if (failed !== undefined) return { peer, failed };
    const ratios = Object.fromEntries(
      ours.filter(id => bests[id] !== undefined).map(id => [id, bests[peer] / bests[id]]),
    );
    return { peer, best: bests[peer], median: median(times), times, ratios, loss, ...(start && { start }) };
  });
}
