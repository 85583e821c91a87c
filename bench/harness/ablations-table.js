/** The results of the ablations as Markdown. */
import { failure, machineLine, number, table } from './markdown.js';

export function ablationsMarkdown({ date, environment, rows }) {
  const { tensorflow } = environment;
  const shown = rows.filter(({ shown }) => shown).length;
  return [
    machineLine(date, environment, tensorflow === undefined ? {} : { 'TensorFlow.js': tensorflow }),
    `${shown} of ${rows.length} shown. Means over the seeds with 95 % intervals of Student's t. The difference is the last arm minus the first one, seed by seed; it wins a seed where it is the better one of the two.`,
    table(
      ['row', 'arm', 'mean', '95 % interval', 'difference', 'its interval', 'wins', 'verdict'],
      rows.flatMap(lines),
    ),
    '### What was measured',
    rows.map(about).join('\n'),
  ].join('\n\n');
}

/** A line for each arm, the comparison in the last one. */
function lines({ name, arms, difference, wins, shown, seeds, failed }) {
  if (failed !== undefined) return [[name, '', '', '', '', '', '', failure(failed)]];
  const verdict = shown ? 'shown' : 'not shown';
  const comparison = difference
    ? [number(difference.mean), interval(difference), `${wins} of ${seeds.length}`, verdict]
    : ['', '', '', verdict];
  return arms.map((arm, index) => [
    index === 0 ? name : '',
    arm.arm,
    number(arm.mean),
    interval(arm),
    ...(index === arms.length - 1 ? comparison : ['', '', '', '']),
  ]);
}

function about({ name, row, shows, data, unit, higherIsBetter, note, shown, seconds }) {
  const better = higherIsBetter ? 'higher' : 'lower';
  const verdict = shown ? 'shown' : 'not shown';
  const notes = note ? ` ${note}` : '';
  return `- **${name}** (${row}): ${shows}. ${data}; ${unit}, ${better} is better; ${seconds} s. ${verdict}.${notes}`;
}

/** A single seed has none. */
function interval({ low, high }) {
  return Number.isFinite(low) ? `${number(low)} to ${number(high)}` : '';
}
