/** The live view: a bar for the study and a line for each slot. Pure; the terminal draws it. */
import { formatDuration, formatNumber, printable } from '../text.ts';
import { cut } from '../report/cut.ts';
import { sparkline } from '../report/sparkline.ts';
import { secondsLeft, type Progress, type RunningTrial } from './progress.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * @param now milliseconds on the clock of the progress
 * @returns lines that fit the terminal
 */
export function renderLive(progress: Progress, { columns, rows }: Size, now: number): string[] {
  const slots = progress.slots.map((slot, index) => slotLine(index + 1, slot, now));
  const phase = progress.phase === undefined ? [] : [`${progress.phase} …`];
  const head = progress.study === '' ? phase : [studyLine(progress, columns, now), ...phase];
  const room = Math.max(0, rows - 1 - head.length);
  const shown =
    slots.length > room ? [...slots.slice(0, Math.max(0, room - 1)), `… ${slots.length} slots in all`] : slots;
  // One column stays free, since some terminals wrap a line that is full.
  return [...head, ...shown].map(line => cut(line, columns - 1));
}

function studyLine(progress: Progress, columns: number, now: number): string {
  const { study, done, total, best } = progress;
  const left = secondsLeft(progress, now);
  const parts = [
    printable(study),
    bar(total > 0 ? done / total : 0, Math.min(24, Math.floor(columns / 5))),
    `${done}/${total} trials`,
    best ? `best ${formatNumber(best.value)} (trial ${best.trial})` : 'no value yet',
    ...(left === undefined ? [] : [`about ${formatDuration(left)} left`]),
  ];
  return parts.join('  ');
}

function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, share) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

export function slotLine(number: number, slot: RunningTrial | undefined, now: number): string {
  const label = String(number).padStart(2);
  if (!slot) return `${label}  idle`;
  const last = slot.curve.at(-1);
  const time = formatDuration((now - slot.startedAt) / 1000);
  if (!last) return `${label}  trial ${slot.trial}  ${time}`;
  const { trainLoss, valLoss } = last.metrics ?? {};
  const numbers = [
    ...(trainLoss === undefined ? [] : [`train ${fixedWidth(trainLoss)}`]),
    valLoss === undefined ? `value ${fixedWidth(last.value)}` : `validation ${fixedWidth(valLoss)}`,
  ];
  const curve = sparkline(
    slot.curve.map(({ value, metrics }) => metrics?.valLoss ?? value),
    20,
  );
  return [label, `trial ${slot.trial}`, `epoch ${String(last.step).padStart(3)}`, ...numbers, curve].join('  ');
}

/** Numbers that change must not make the rest of the line jump. */
function fixedWidth(value: number): string {
  return formatNumber(value).padEnd(8);
}
