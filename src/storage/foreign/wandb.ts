/**
 * Runs of W&B as its public API gives them: a list of { name, config, summary, state, created_at … }, alone or as "runs"
 * beside the "sweep" that made them; or rows in which configuration and results stand side by side. "history", a list of
 * what was logged, makes a curve.
 */
import { isList, isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import type { Failure, Measurement } from '../../study/trial.ts';
import { flattenGroups } from './flatten.ts';
import { isoTime, refuseFile, type Asked, type ForeignStudy, type ForeignTrial } from './foreign-study.ts';

type Fields = Readonly<Record<string, Json>>;

export function readWandb(value: Json, file: string, asked: Asked): ForeignStudy {
  const runs = isRecord(value) ? value['runs'] : value;
  const example = 'a list of runs: [{ "name": …, "config": { … }, "summary": { … }, "state": "finished" }]';
  if (!isList(runs) || runs.length === 0) refuseFile(file, { message: 'the file has no runs', expected: example });
  const sweep = isRecord(value) ? sweepOf(value['sweep']) : {};
  const metric = asked.metric ?? sweep.metric;
  if (metric === undefined)
    refuseFile(file, {
      message: 'the runs do not say which of their values counts',
      hint: 'name it: --metric val_loss',
    });
  const trials = runs.map((run, index) => {
    if (!isRecord(run)) refuseFile(file, { message: `[${index}] is no run`, expected: example });
    return readRun(asFields(run, asked.names, file), metric, index);
  });
  if (trials.every(({ value, curve }) => value === undefined && curve.length === 0))
    refuseFile(file, { message: `no run has a value "${metric}"`, expected: '--metric with a key of the summaries' });
  return { tool: 'W&B', ...sweep, metric, trials, hasSettings: true };
}

/** What a sweep's configuration says, in keys of W&B. */
function sweepOf(given: Json | undefined): Partial<ForeignStudy> {
  if (!isRecord(given)) return {};
  const config = isRecord(given['config']) ? given['config'] : given;
  const { name, metric, parameters } = config;
  const { name: key, goal } = isRecord(metric) ? metric : {};
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof key === 'string' && { metric: key }),
    ...((goal === 'minimize' || goal === 'maximize') && { directions: [goal] }),
    ...(isRecord(parameters) && { parameters }),
  };
}

/** A run with its parts; those of a flat row are told apart by the parameters of a space file. */
function asFields(run: Fields, names: readonly string[] | undefined, file: string): Fields {
  const summary = run['summary'] ?? run['summary_metrics'] ?? run['summaryMetrics'];
  if (run['config'] !== undefined) return { ...run, config: parsed(run['config']), summary: parsed(summary ?? {}) };
  if (!names) {
    const message = 'the rows do not tell parameters from results';
    refuseFile(file, { message, hint: 'say what varied: --space space.json' });
  }
  const entries = Object.entries(run);
  const config = entries.filter(([name]) => names.includes(name));
  const others = entries.filter(([name]) => !names.includes(name));
  const [facts, results] = [lowerCase(others), Object.fromEntries(others)];
  return { ...facts, config: Object.fromEntries(config), summary: results };
}

/** "Name", "State" and "Created" of a table in the browser. */
function lowerCase(entries: readonly (readonly [string, Json])[]): Fields {
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Some exports have configuration and summary as JSON text. */
function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function readRun(run: Fields, metric: string, index: number): ForeignTrial {
  const summary = isRecord(run['summary']) ? run['summary'] : {};
  const config = Object.entries(isRecord(run['config']) ? run['config'] : {}).filter(([key]) => !isPrivate(key));
  const name = [run['name'], run['display_name'], run['displayName'], run['id']].find(each => typeof each === 'string');
  const values = Object.entries(summary).filter(
    ([key, value]) => key !== metric && !isPrivate(key) && !isRecord(value),
  );
  const startedAt = startOf(run, summary);
  const seconds = summary['_runtime'];
  const duration = typeof seconds === 'number' ? { seconds } : {};
  return {
    source: `run ${name ?? index}`,
    config: flattenGroups(Object.fromEntries(config.map(([key, value]) => [key, withoutDescription(value)]))),
    curve: curveOf(run['history'], metric),
    ...resultOf(String(run['state'] ?? 'finished'), summary[metric]),
    attributes: { ...Object.fromEntries(values), ...duration },
    startedAt,
    finishedAt: new Date(Date.parse(startedAt) + (duration.seconds ?? 0) * 1000).toISOString(),
  };
}

/** W&B's own keys: "_timestamp", "_wandb". */
function isPrivate(key: string): boolean {
  return key.startsWith('_');
}

/** In the files of a run each value has a description. */
function withoutDescription(value: Json): Json {
  return isRecord(value) && 'desc' in value && value['value'] !== undefined ? value['value'] : value;
}

function startOf(run: Fields, summary: Fields): string {
  const created = ['created_at', 'createdAt', 'created', '_timestamp'].map(key => run[key]).find(Boolean);
  const { _timestamp: logged, _runtime: runtime } = summary;
  const seconds = typeof created === 'number' ? created : Number(logged ?? 0) - (logged ? Number(runtime ?? 0) : 0);
  const time = new Date(Number.isFinite(seconds) ? seconds * 1000 : 0);
  return isoTime(created, 'UTC') ?? (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}

/** Sweeps kill runs that will not win; one that has come to a value was pruned. */
function resultOf(state: string, value: Json | undefined): Pick<ForeignTrial, 'state' | 'value' | 'failure'> {
  if (state === 'running' || state === 'pending') return { state: 'running' };
  const isGiven = typeof value === 'number' || typeof value === 'string';
  if (state === 'finished') return { state: 'complete', ...(isGiven && { value: Number(value) }) };
  if (state === 'killed' && Number.isFinite(value)) return { state: 'pruned', value: Number(value) };
  const cause: Failure['cause'] = state === 'crashed' ? 'crash' : state === 'failed' ? 'error' : 'interrupted';
  return { state: 'failed', failure: { cause, message: `the run was ${state}` } };
}

function curveOf(history: Json | undefined, metric: string): readonly Measurement[] {
  const rows = isList(history) ? history.filter(isRecord) : [];
  const measured = rows.filter(row => row[metric] !== undefined && row[metric] !== null);
  return measured.map((row, index) => ({ step: Number(row['_step'] ?? index), value: Number(row[metric]) }));
}
