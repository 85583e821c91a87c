/** A study in an SQLite file of Optuna's RDBStorage. */
import { messageOf } from '../../errors.ts';
import { isRecord } from '../../space/json.ts';
import type { Config, Json } from '../../space/space.ts';
import type { Direction } from '../../study/ports.ts';
import type { Measurement } from '../../study/trial.ts';
import { createReadChoices, externalValues } from '../distributions.ts';
import { chooseStudy, isoTime, refuseFile, type Asked, type ForeignStudy, type ForeignTrial } from './foreign-study.ts';
import { createDistributions, type Distributions } from './optuna-distributions.ts';
import { openSqlite, type Cell, type Row } from './sqlite.ts';

export function readOptunaSqlite(bytes: Buffer, file: string, { study: asked }: Asked): ForeignStudy {
  try {
    return readDatabase(openSqlite(bytes), file, asked);
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'TuneError') throw error;
    refuseFile(file, { message: messageOf(error) });
  }
}

type Database = ReturnType<typeof openSqlite>;

function readDatabase(database: Database, file: string, asked: string | undefined): ForeignStudy {
  if (!database.has('studies') || !database.has('trial_values'))
    refuseFile(file, {
      message: 'the database is none of Optuna 3 or later',
      hint: 'run `optuna storage upgrade` on it',
    });
  const studies = [...database.rows('studies')];
  const name = chooseStudy(
    studies.map(({ study_name }) => String(study_name)),
    file,
    asked,
  );
  const id = studies.find(({ study_name }) => study_name === name)!['study_id'];
  const directions = [...database.rows('study_directions')]
    .filter(({ study_id }) => study_id === id)
    .toSorted((a, b) => Number(a['objective']) - Number(b['objective']))
    .map(({ direction }): Direction => (direction === 'MAXIMIZE' ? 'maximize' : 'minimize'));
  const trials = [...database.rows('trials')]
    .filter(({ study_id }) => study_id === id)
    .toSorted((a, b) => Number(a['number']) - Number(b['number']));
  const ids = new Set(trials.map(({ trial_id }) => trial_id!));
  const rowsOf = (table: string): ReadonlyMap<Cell, readonly Row[]> => {
    const byTrial = new Map<Cell, Row[]>();
    for (const row of database.rows(table)) {
      const trial = row['trial_id']!;
      if (!ids.has(trial)) continue;
      const rows = byTrial.get(trial);
      if (rows) rows.push(row);
      else byTrial.set(trial, [row]);
    }
    return byTrial;
  };
  const tables = {
    params: rowsOf('trial_params'),
    values: rowsOf('trial_values'),
    steps: rowsOf('trial_intermediate_values'),
    user: rowsOf('trial_user_attributes'),
    system: rowsOf('trial_system_attributes'),
  };
  const distributions = createDistributions();
  const configOf = configReader(distributions);
  return {
    tool: 'Optuna',
    name,
    directions,
    trials: trials.map(row => {
      const of = (table: keyof typeof tables): readonly Row[] => tables[table].get(row['trial_id']!) ?? [];
      return readTrial(row, of, configOf(of('params')));
    }),
    parameters: distributions.parameters(),
  };
}

/** Values of parameters, whose distributions it notes. */
function configReader(distributions: Distributions): (params: readonly Row[]) => Config {
  const readChoices = createReadChoices();
  return params => {
    const texts = params.map(row => [String(row['param_name']), String(row['distribution_json'])] as const);
    for (const [name, text] of texts) distributions.add(name, text);
    const numbers = params.map(row => [String(row['param_name']), Number(row['param_value'])] as const);
    return externalValues(undefined, Object.fromEntries(numbers), Object.fromEntries(texts), readChoices);
  };
}

const states = {
  RUNNING: 'running',
  COMPLETE: 'complete',
  PRUNED: 'pruned',
  FAIL: 'failed',
  WAITING: 'waiting',
} as const;

function readTrial(
  row: Row,
  of: (table: 'values' | 'steps' | 'user' | 'system') => readonly Row[],
  drawn: Config,
): ForeignTrial {
  const state = states[String(row['state']) as keyof typeof states] ?? 'failed';
  const attributes = attributesOf(of('user'));
  const fixed = attributesOf(of('system'))['fixed_params'];
  const startedAt = isoTime(row['datetime_start'], 'local') ?? new Date(0).toISOString();
  const curve = of('steps')
    .map((step): Measurement => ({
      step: Number(step['step']),
      value: numberOf(step['intermediate_value'], step['intermediate_value_type']),
    }))
    .toSorted((a, b) => a.step - b.step);
  const values = of('values')
    .toSorted((a, b) => Number(a['objective']) - Number(b['objective']))
    .map(({ value, value_type }) => numberOf(value, value_type));
  return {
    source: `trial ${Number(row['number'])}`,
    state,
    config: state === 'waiting' && isRecord(fixed) ? fixed : drawn,
    curve,
    ...(values.length > 0 && { value: values[0]!, values }),
    attributes,
    startedAt,
    finishedAt: isoTime(row['datetime_complete'], 'local') ?? startedAt,
  };
}

function attributesOf(rows: readonly Row[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(rows.map(({ key, value_json }) => [String(key), JSON.parse(String(value_json)) as Json]));
}

/** SQLite has no infinities and no NaN: Optuna keeps a type beside each number. */
function numberOf(value: Cell | undefined, type: Cell | undefined): number {
  if (type === 'INF_POS') return Infinity;
  if (type === 'INF_NEG') return -Infinity;
  return type === 'NAN' ? NaN : Number(value);
}
