/** Answers requests, one after the other, with one study at a time. */
import { TuneError } from '../errors.ts';
import { toProblems } from '../space/finding.ts';
import { readSpace } from '../space/read-space.ts';
import type { Space } from '../space/space.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { Study } from '../study/study.ts';
import { createStudy } from '../tune/create-study.ts';
import type { Answer, Op, Request } from './protocol.ts';

export interface Session {
  /** @throws TuneError for a request that cannot be met; the session goes on */
  answer(request: Request): Promise<Answer>;
  /** Lets go of the study, if one is open. */
  close(): Promise<void>;
}

export function openSession(): Session {
  let open: Study | undefined;
  const study = (): Study => {
    if (open) return open;
    throw refused('no study is open', 'open one first: {"op":"study","space":{…}}');
  };
  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.close();
  };
  const answers: { readonly [K in Op]: (request: Request<K>) => Promise<Answer<K>> } = {
    async study({ space, constraints, ...given }) {
      if (open) throw refused('a study is open', 'close it first: {"op":"close"}');
      const { op: _, ...others } = given;
      const options = withoutUndefined(others);
      open = await createStudy({ space: spaceOf(space, constraints), ...options });
      return { ok: true, trials: open.trials().length };
    },
    async ask() {
      const trial = await study().ask();
      if (!trial) return { id: null };
      const { id, attempt, config, curve } = trial;
      return { id, attempt, config, ...withoutUndefined({ step: curve.at(-1)?.step }) };
    },
    async report({ id, step, value, metrics }) {
      const verdict = await study().report(id, { step, value, ...(metrics && { metrics }) });
      if (verdict === 'pause') await study().pause(id);
      return { verdict };
    },
    async tell(told) {
      const { directions } = study();
      refuseUntellable(told, directions.length);
      const { id, value, values = value === undefined ? undefined : [value], state, message, attributes } = told;
      const failure = message === undefined ? undefined : ({ cause: 'error', message } as const);
      const ended = await study().tell(id, { state, ...withoutUndefined({ values, attributes, failure }) });
      return { ok: true, state: ended.state as typeof state };
    },
    async enqueue({ config }) {
      const trial = await study().enqueue(config);
      return { ok: true, id: trial!.id };
    },
    async best() {
      const { directions } = study();
      const best = study().best();
      if (directions.length > 1) return { trials: study().front() };
      return { trials: best ? [best] : [] };
    },
    async trials() {
      return { trials: study().trials() };
    },
    async close() {
      study();
      await close();
      return { ok: true };
    },
  };
  return {
    answer: request => answers[request.op](request as never),
    close,
  };
}

function spaceOf(given: Request<'study'>['space'], constraints: readonly string[]): Space {
  const { space, findings } = readSpace(given, constraints);
  if (!space) throw new TuneError('SPACE_INVALID', toProblems(findings));
  return space;
}

/** @throws TuneError REQUEST_INVALID for what would make a failed trial of one that did not fail */
function refuseUntellable({ value, values, state, message }: Request<'tell'>, objectives: number): void {
  if (message !== undefined && state !== 'failed')
    throw refused('"message" is given', 'tell why a trial failed with "state":"failed"; other facts are "attributes"');
  if (value !== undefined && values) throw refused('"value" and "values" are given', 'leave one of them out');
  if (state !== 'complete') return;
  const count = values?.length ?? (value === undefined ? 0 : 1);
  if (count === 0)
    throw refused('"value" is missing', 'tell a value, or that the trial was pruned or failed: "state":"failed"');
  if (count !== objectives)
    throw refused(
      `${count} of ${objectives} values are given`,
      'tell one for each objective of the study: "values":[…]',
    );
}

function refused(message: string, hint: string): TuneError {
  return new TuneError('REQUEST_INVALID', { message, hint });
}
