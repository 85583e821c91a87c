/**
 * What a training needs to go on in another process, with the same bits: what its epochs came to, and its state after the
 * last of them. As Keras' BackupAndRestore.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Json } from '../space/space.ts';
import { storedNumber } from '../storage/journal-line.ts';
import { readWithFacts, writeCheckpoint, type NamedTensor } from './checkpoint.ts';

/** An epoch, or a fold: its best epoch. */
export interface Passed {
  readonly epoch: number;
  readonly value: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Backup {
  /** In order; at least one. */
  readonly passed: readonly Passed[];
  readonly gradientEvaluations: number;
  /** Steps of the optimizer in the present phase. */
  readonly steps: number;
  readonly tensors: readonly NamedTensor[];
  /** What moves hyperparameters, where something does: as JSON, with numbers of any kind. */
  readonly tuned?: unknown;
}

export interface Backups {
  /** The last one, and the seconds that the training had taken; undefined where there is none that can be used. */
  restore(): Promise<{ readonly backup: Backup; readonly seconds: number } | undefined>;
  /** Takes one and keeps it in place of the last one, when it is time to. */
  offer(take: () => Backup): Promise<void>;
}

export interface BackupsOptions {
  readonly path: string;
  /** What the training follows from: a backup of another one is of no use. */
  readonly of: Json;
  /** Whether a backup has all that such a training needs. */
  readonly isWhole: (backup: Backup) => boolean;
  /** Seconds that training goes on at least between two backups; 0: none, there is one after each epoch. */
  readonly every: number;
  /** Seconds of training so far. */
  readonly elapsed: () => number;
  /** Told of a backup that cannot be used. */
  readonly log: (line: string) => void;
}

/** Seconds, unless writing takes so long that it would cost more than a twenty-fifth of the time. */
export const backupEvery = 1;
const mostShare = 1 / 25;

export function backupPath(folder: string, trial: number): string {
  return join(folder, `trial-${trial}.backup`);
}

/** JSON has no NaN and no infinities: they become their names, which nothing else in a backup is. */
const isName = (value: unknown): boolean => value === 'NaN' || value === 'Infinity' || value === '-Infinity';
const toStored = (facts: object): Json =>
  JSON.parse(
    JSON.stringify(facts, (_, value: unknown) => (typeof value === 'number' ? storedNumber(value) : value)),
  ) as Json;
const fromStored = (facts: Json | undefined): unknown =>
  JSON.parse(JSON.stringify(facts ?? null), (_, value: unknown) => (isName(value) ? Number(value) : value));

/** NaN and the infinities too. */
export const anyNumber = z.custom<number>(value => typeof value === 'number');

const factsSchema = z.object({
  of: z.string(),
  seconds: z.number().min(0),
  passed: z
    .array(z.object({ epoch: z.int().min(1), value: z.number(), metrics: z.record(z.string(), anyNumber) }))
    .min(1),
  gradientEvaluations: z.number().min(0),
  steps: z.int().min(0),
  tuned: z.unknown().optional(),
});

export function createBackups({ path, of, isWhole, every, elapsed, log }: BackupsOptions): Backups {
  const origin = createHash('sha256').update(JSON.stringify(of)).digest('hex');
  let next = every;
  const put = ({ tensors, ...facts }: Backup): Promise<void> => {
    return writeCheckpoint(path, tensors, toStored({ of: origin, seconds: elapsed(), ...facts }));
  };
  return {
    async restore() {
      try {
        const { tensors, facts } = await readWithFacts(path);
        const { data } = factsSchema.safeParse(fromStored(facts));
        if (!data) throw new Error('it is no backup');
        const { of: found, seconds, ...rest } = data;
        if (found !== origin) throw new Error('it is of another training');
        const backup = { ...rest, tensors };
        if (!isWhole(backup)) throw new Error('its values do not fit the model');
        next = seconds + every;
        return { backup, seconds };
      } catch (error) {
        const { cause = error } = error as Error;
        if (!isMissing(cause)) log(`${path} is of no use: ${messageOf(cause)}; the trial trains from its start`);
        return undefined;
      }
    },
    async offer(take) {
      const started = elapsed();
      if (started < next) return;
      try {
        await put(take());
      } catch (error) {
        // Training is worth more than what would save some of it.
        log(`no backup of the trial: ${messageOf(error)}`);
      }
      const now = elapsed();
      next = every === 0 ? 0 : now + Math.max(every, (now - started) / mostShare);
    },
  };
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
