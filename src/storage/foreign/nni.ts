/**
 * What `nnictl experiment export` writes: a list of { parameter, value, trialJobId }, of the trials that succeeded. A value
 * is JSON text: a number, or an object whose "default" counts. With --intermediate there is a list of them too.
 */
import { isList, isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import type { Measurement } from '../../study/trial.ts';
import { flattenChoices } from './flatten.ts';
import { refuseFile, type ForeignStudy, type ForeignTrial } from './foreign-study.ts';

export function isNni(value: Json): value is readonly Json[] {
  return isList(value) && isRecord(value[0]) && value[0]['parameter'] !== undefined;
}

export function readNni(records: readonly Json[], file: string): ForeignStudy {
  return { tool: 'NNI', trials: records.map((record, index) => readTrial(record, index, file)) };
}

/** The file has no times. */
const unknownTime = new Date(0).toISOString();

function readTrial(record: Json, index: number, file: string): ForeignTrial {
  const parameter = isRecord(record) ? record['parameter'] : undefined;
  if (!isRecord(record) || !isRecord(parameter))
    refuseFile(file, { message: `[${index}] has no "parameter"`, expected: '{ "parameter": { … }, "value": "0.9" }' });
  const { id = record['trialJobId'], value = null, intermediate, ...facts } = record;
  // Some versions put the parameters of one trial beside their number.
  const config = isRecord(parameter['parameters']) ? parameter['parameters'] : parameter;
  const { parameter: _, trialJobId: __, ...attributes } = facts;
  const others = isRecord(readValue(value)) ? { metrics: readValue(value) } : {};
  return {
    source: `trial ${typeof id === 'string' ? id : index}`,
    config: flattenChoices(config),
    curve: isList(intermediate) ? intermediate.map(measurement) : [],
    state: 'complete',
    value: metricOf(value),
    attributes: { ...attributes, ...others },
    startedAt: unknownTime,
    finishedAt: unknownTime,
  };
}

function measurement(value: Json, index: number): Measurement {
  return { step: index + 1, value: metricOf(value) };
}

function metricOf(value: Json): number {
  const read = readValue(value);
  const number = isRecord(read) ? read['default'] : read;
  return number === null || number === '' || typeof number === 'boolean' ? NaN : Number(number);
}

/** JSON text, or JSON. */
function readValue(value: Json): Json | undefined {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
