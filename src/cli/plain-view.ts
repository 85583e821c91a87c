/** The view for logs and CI: a line for each finished trial, and one when nothing happened for long. Pure. */
import { formatDuration, formatNumber, printable } from '../text.ts';
import { cut } from '../report/cut.ts';
import { valuesOf } from '../report/learned.ts';
import { formatConfig } from '../report/values.ts';
import type { Trial, TrialResult } from '../study/trial.ts';
import type { TuneEvent } from '../tune/options.ts';
import { secondsLeft, type Progress } from './progress.ts';

/** Longer configurations are cut. */
const maxConfig = 100;

/**
 * The line to print about an event, if any.
 *
 * @param before progress before the event; the slots still hold the trial that finished
 * @param after progress with the event
 */
export function plainLine(event: TuneEvent, before: Progress, after: Progress, now: number): string | undefined {
  switch (event.type) {
    case 'phase':
      return `${event.text} …`;
    case 'notice':
      return printable(event.text);
    case 'study-opened': {
      const earlier = after.earlier > 0 ? `, ${after.earlier} of them done earlier` : '';
      return `${printable(after.study)}: ${after.total} trials${earlier}${event.slots > 0 ? `, ${event.slots} at once` : ''}`;
    }
    case 'trial-finished': {
      const running = before.slots.find(slot => slot?.trial === event.trial);
      const { state, value, values, failure } = event.result;
      const outcome = failure
        ? `${failure.cause}: ${printable(failure.message)}`
        : value === undefined
          ? ''
          : (values ?? [value]).map(formatNumber).join(', ');
      const parts = [
        `${after.done}/${after.total}`,
        `trial ${event.trial} ${state}`,
        running?.confirms === undefined ? '' : `confirms trial ${running.confirms}`,
        outcome,
        after.best ? `best ${formatNumber(after.best.value)} (trial ${after.best.trial})` : '',
        running ? formatDuration((now - running.startedAt) / 1000) : '',
        running ? describeConfig({ ...event.result, config: running.config }) : '',
      ];
      return parts.filter(part => part !== '').join('  ');
    }
    case 'trial-interrupted': {
      const last = before.slots.find(slot => slot?.trial === event.trial)?.curve.at(-1);
      return `trial ${event.trial} interrupted${last ? ` after step ${last.step}` : ''}: it goes on with the study`;
    }
    default:
      return undefined;
  }
}

/** "12/50 trials, 4 running, best 0.0912 (trial 7), about 3 min 20 s left" */
export function heartbeatLine(progress: Progress, now: number): string {
  const { phase, done, total, best, slots } = progress;
  if (progress.study === '') return `still ${phase ?? 'starting'} …`;
  const left = secondsLeft(progress, now);
  const parts = [
    ...(phase === undefined ? [] : [phase]),
    `${done}/${total} trials`,
    `${slots.filter(slot => slot !== undefined).length} running`,
    ...(best ? [`best ${formatNumber(best.value)} (trial ${best.trial})`] : []),
    ...(left === undefined ? [] : [`about ${formatDuration(left)} left`]),
  ];
  return parts.join(', ');
}

function describeConfig(trial: TrialResult & Pick<Trial, 'config'>): string {
  return cut(printable(formatConfig(valuesOf(trial))), maxConfig);
}
