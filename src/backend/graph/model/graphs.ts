/** The graphs of models, kept for the next fit: people train epoch by epoch, in calls of their own. */
import type { Tensor } from '../../tf.ts';
import type { CompiledStep } from '../compile-step.ts';
import type { LayersModel } from './layers-model.ts';
import { structureOf } from './structure.ts';

type AnyStep = CompiledStep<any, any, any>;

/** Enough for some dozen small models. The latest one keeps its graphs whatever they take. */
const maximumBytes = 16 * 2 ** 20;

/** Of one model, which trains, is validated, and may take turns between a few settings. */
const maximumGraphs = 8;

// Maps remember the order of insertion: the first is the longest unused.
const graphsOf = new Map<LayersModel, Map<string, AnyStep>>();
const inTraining = new Set<LayersModel>();

/** Graphs of a model may be taken meanwhile; afterwards those of the longest unused models may go. */
export async function whileTraining<T>(model: LayersModel, run: () => Promise<T>): Promise<T> {
  const graphs = graphsOf.get(model) ?? new Map<string, AnyStep>();
  graphsOf.delete(model);
  graphsOf.set(model, graphs);
  inTraining.add(model);
  try {
    return await run();
  } finally {
    inTraining.delete(model);
    if (graphs.size === 0) graphsOf.delete(model);
    trim(model);
  }
}

/**
 * @param details what decides the graph besides the model and the shapes of the rows
 * @param compile when there is none yet
 */
export function takeGraph<S extends AnyStep>(
  model: LayersModel,
  rows: readonly Tensor[],
  details: unknown,
  compile: () => S,
): S {
  const graphs = graphsOf.get(model)!;
  const shapes = rows.map(({ dtype, shape }) => [dtype, shape.slice(1)]);
  const key = JSON.stringify([structureOf(model), shapes, details]);
  const graph = (graphs.get(key) as S | undefined) ?? compile();
  graphs.delete(key);
  graphs.set(key, graph);
  if (graphs.size > maximumGraphs) free(graphs, 1);
  return graph;
}

function trim(latest: LayersModel): void {
  for (const [model, graphs] of graphsOf) {
    if (bytesOfAll() <= maximumBytes) return;
    if (model === latest || inTraining.has(model)) continue;
    free(graphs, graphs.size);
    graphsOf.delete(model);
  }
}

/** Frees the longest unused ones. */
function free(graphs: Map<string, AnyStep>, count: number): void {
  for (const [key, graph] of [...graphs].slice(0, count)) {
    graph.dispose();
    graphs.delete(key);
  }
}

function bytesOfAll(): number {
  const graphs = [...graphsOf.values()].flatMap(graphs => [...graphs.values()]);
  return graphs.reduce((sum, { bytes }) => sum + bytes, 0);
}
