/** A study of another tool, as far as its file tells. */
import { TuneError, type Problem } from '../../errors.ts';
import type { Json, Space } from '../../space/space.ts';
import type { Direction } from '../../study/ports.ts';
import type { Trial } from '../../study/trial.ts';

/** Its values may be anything that the tool allows: what we allow is checked as they become ours. */
export interface ForeignTrial extends Omit<Trial, 'id' | 'attempt'> {
  /** "trial 3" of Optuna, "run brisk-sweep-4" of W&B. */
  readonly source: string;
}

export interface ForeignStudy {
  readonly tool: 'Optuna' | 'W&B' | 'NNI' | 'tfjs-tune';
  readonly name?: string;
  /** Of each objective. */
  readonly directions?: readonly Direction[];
  /** Name of the metric that the values are of. */
  readonly metric?: string;
  /** Its space, where the file has it whole. */
  readonly space?: Space;
  /** Its parameters, as space files may have them in any dialect. Default: what the values of the trials tell. */
  readonly parameters?: Readonly<Record<string, Json>>;
  /** Whether configurations hold more than what was searched: settings that are the same in all trials. */
  readonly hasSettings?: boolean;
  readonly trials: readonly ForeignTrial[];
}

/** What the user says of a file. */
export interface Asked {
  /** Of several studies in the file the one with this name. */
  readonly study?: string | undefined;
  readonly metric?: string | undefined;
  /** Of a space file: which values of a flat row are parameters. */
  readonly names?: readonly string[] | undefined;
}

/** Nothing of the file can be used. */
export function refuseFile(file: string, problem: Omit<Problem, 'where'>, line?: number): never {
  throw new TuneError('IMPORT_INVALID', { ...problem, where: { file, ...(line !== undefined && { line }) } });
}

/** The study that is meant among those of a file. */
export function chooseStudy(names: readonly string[], file: string, asked: string | undefined): string {
  if (asked !== undefined && names.includes(asked)) return asked;
  if (asked === undefined && names.length === 1) return names[0]!;
  if (names.length === 0) refuseFile(file, { message: 'the file has no study' });
  const message = asked === undefined ? `the file has ${names.length} studies` : `the file has no study "${asked}"`;
  const listed = names.slice(0, 20).map(name => JSON.stringify(name));
  refuseFile(file, { message, expected: `--study with one of ${listed.join(', ')}${names.length > 20 ? ', …' : ''}` });
}

/** ISO time of a text that may lack a time zone: then it is UTC, or that of this machine. */
export function isoTime(text: unknown, standard: 'UTC' | 'local'): string | undefined {
  if (typeof text !== 'string') return undefined;
  const joined = text.trim().replace(' ', 'T');
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(joined);
  const time = new Date(hasZone || standard === 'local' ? joined : `${joined}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
