/** The space file that `tune init` writes: the defaults for the data at hand, spelled out and explained. */
import type { Json } from '../space/space.ts';
import { defaultSections } from '../train/defaults.ts';
import type { Dataset } from '../train/data/dataset.ts';

export interface Starter {
  /** Name of the study. */
  readonly name: string;
  /** Where the schema lies, seen from the file. */
  readonly schema: string;
  /** The source of the data, as the "data" section names it: { csv: { … } }. */
  readonly source: Readonly<Record<string, Json>>;
  readonly dataset: Dataset;
}

/** JSON with comments, ready to run. */
export function starterText({ name, schema, source, dataset }: Starter): string {
  const { model, modelSpace, train, trainSpace } = defaultSections(dataset);
  const data: Json = {
    ...source,
    task: dataset.task,
    split: { validation: 0.15, ...(dataset.testSize === undefined && { test: 0.15 }) },
    normalize: 'standard',
  };
  const sections: readonly (readonly [comment: string, key: string, value: Json])[] = [
    ['Completion and checks in editors.', '$schema', schema],
    ['The study: its journal, reports and models go to reports/<name>/.', 'name', name],
    [`${describe(dataset)} Held-out validation rows choose the best trial; test rows score it once.`, 'data', data],
    ['Layers from the input on; the output layer is added. "$units" is the parameter "units" below.', 'model', model],
    ['Training stops when the validation loss no longer falls, and keeps the best epoch.', 'train', train],
    [
      'What may vary. Trial 0 has the defaults. `tune validate` checks everything.',
      'space',
      { ...modelSpace, ...trainSpace },
    ],
    ['How to search: see FEATURES.md for all samplers and pruners.', 'search', { sampler: 'auto', pruner: 'auto' }],
    ['When to stop; "duration": "10m" and "target" are possible too.', 'budget', { trials: 20 }],
    ['Everything random follows from this.', 'seed', 1],
  ];
  const entries = sections.map(([comment, key, value]) => `  // ${comment}\n  "${key}": ${compact(value, '  ')}`);
  return `{\n${entries.join(',\n\n')}\n}\n`;
}

function describe({ task, size, inputShape, classes, testSize, targetSize }: Dataset): string {
  const shape = inputShape.length === 1 ? `${inputShape[0]} values` : `shape ${inputShape.join(' x ')}`;
  const goal =
    task === 'classification'
      ? `${classes!.length} classes`
      : targetSize === 1
        ? 'one value to predict'
        : `${targetSize} values to predict`;
  const test = testSize === undefined ? '' : `, the last ${testSize} for testing`;
  return `${size} examples of ${shape}${test}; ${goal}.`;
}

/** JSON that breaks lines only where they would grow long. */
function compact(value: Json, indent: string): string {
  const oneLine = spaced(value);
  if (indent.length + oneLine.length <= 100 || typeof value !== 'object' || value === null) return oneLine;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((item: Json) => inner + compact(item, inner)).join(',\n')}\n${indent}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${compact(item as Json, inner)}`,
  );
  return `{\n${entries.join(',\n')}\n${indent}}`;
}

function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item as Json)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
