/**
 * Everything about a model that decides its graphs, as text: which functions it is made of, and the numbers, texts and
 * flags that its layers and its optimizer have as properties. All of it may change between two epochs.
 */
import { isLayer, layersIn, type LayersModel } from './layers-model.ts';
import { hasRateInput } from './packed-optimizer.ts';

export function structureOf(model: LayersModel): string {
  const optimizer = model.optimizer_;
  const inputs = hasRateInput(optimizer) ? ['iterations_', 'learningRate'] : ['iterations_'];
  const functions = [...model.lossFunctions, ...model.metricsTensors.map(([metric]) => metric)];
  const trained = model.collectedTrainableWeights.map(weight => weight.read());
  return JSON.stringify([
    [optimizer, ...functions].map(numberOf),
    trained.map(({ name, trainable }) => [name, trainable]),
    // The model itself has flags that training sets.
    layersIn(model).flatMap(layer => (layer === model ? [] : [settingsOf(layer)])),
    settingsOf(optimizer).filter(([name]) => !inputs.includes(name)),
  ]);
}

/** Of an object, and of the regularizers, activations and the like that it has. */
function settingsOf(owner: object): (readonly [name: string, setting: unknown])[] {
  return Object.entries(owner).flatMap(([name, value]: [string, unknown]) => {
    if (['number', 'string', 'boolean'].includes(typeof value)) return [[name, value] as const];
    return isPart(value) ? [[name, settingsOf(value)] as const] : [];
  });
}

function isPart(value: unknown): value is object {
  return typeof (value as { getClassName?: unknown } | null)?.getClassName === 'function' && !isLayer(value);
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** Tells objects apart for as long as they live. */
function numberOf(object: object): number {
  const number = numbers.get(object) ?? count++;
  numbers.set(object, number);
  return number;
}
