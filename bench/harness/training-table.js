/** The results of the training bench as Markdown. */
import { costMarkdown } from '../hypergradients/cost.js';
import { ours, peers as catalogue } from './peers.js';
import { failure, machineLine, number, table } from './markdown.js';

export function trainingMarkdown({ date, environment, versions, rounds, nets, gradients, targets, start }) {
  return [
    machineLine(date, environment, versions),
    `Milliseconds per training step on one thread, best and median of ${rounds} epochs taken in turn. Adam, batches shuffled every epoch, loss read every epoch. "x" says how many times as long as ours a peer takes, by the best times.`,
    ...nets.flatMap(netSection),
    '### Tuning by gradients',
    costMarkdown(gradients),
    '### Targets',
    table(
      ['net', 'target', ...ours.map(id => `\`${id}\``)],
      targets.map(target => [target.net, targetText(target), ...target.ours.map(verdict)]),
    ),
    ...(start ? [startText(start)] : []),
  ].join('\n\n');
}

function netSection({ net, batch, batches, peers }) {
  const rows = peers.map(({ peer, best, median, loss, ratios, failed }) =>
    failed === undefined
      ? [
          catalogue[peer].title,
          number(best),
          number(median),
          ...ours.map(id => (ratios[id] === undefined ? '' : number(ratios[id]))),
          number(loss),
        ]
      : [catalogue[peer].title, failure(failed), ...new Array(ours.length + 2).fill('')],
  );
  const headers = ['peer', 'best, ms', 'median, ms', ...ours.map(id => `x \`${id}\``), 'last loss'];
  return [`### ${net}: ${batches} batches of ${batch}`, table(headers, rows)];
}

function targetText({ rival, faster, within }) {
  const { title } = catalogue[rival];
  return faster === undefined ? `at most ${within} times the time of ${title}` : `${faster} times as fast as ${title}`;
}

function verdict({ ratio, ratioOfMedians, met }) {
  if (ratio === undefined) return 'not measured';
  return `${number(ratio)} (medians ${number(ratioOfMedians)}): ${met ? 'met' : 'missed'}`;
}

function startText({ net, within, withinAgain, first, second, met, metAgain }) {
  const verdict = (limit, isMet) => `target ${limit} ms: ${isMet ? 'met' : 'missed'}`;
  return `Compiling the ${net} and its first step: ${number(first)} ms (${verdict(within, met)}). Until a second trial of the same structure takes its first step: ${number(second)} ms (${verdict(withinAgain, metAgain)}).`;
}
