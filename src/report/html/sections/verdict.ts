/** The head of the page: what it is about, and the one sentence that matters, in words, a symbol and a colour. */
import type { Outcome, Shift, Verdict } from '../../compare/comparison.ts';
import { headline } from '../../headline.ts';
import type { Report } from '../../report.ts';
import { formatNumber } from '../../../text.ts';
import { formatShare } from '../../values.ts';
import { countTrials } from '../../wording.ts';
import { markup, type Content, type Markup } from '../markup.ts';
import { day, moment } from '../times.ts';

export const outcomes: Readonly<Record<Outcome, { symbol: string; word: string; tone: string }>> = {
  regressed: { symbol: '▼', word: 'Regressed', tone: 'bad' },
  improved: { symbol: '▲', word: 'Improved', tone: 'good' },
  'no-change': { symbol: '=', word: 'No change', tone: 'even' },
  'within-noise': { symbol: '≈', word: 'Within noise', tone: 'even' },
  'not-enough-data': { symbol: '?', word: 'Not enough data', tone: 'open' },
  'not-comparable': { symbol: '≠', word: 'Not comparable', tone: 'open' },
};

export function pageHead(report: Report): Markup {
  const { study, run, comparison, cost } = report;
  const since = comparison && markup` · compared with ${day(comparison.previous.startedAt)}`;
  return markup`<header>
<p class="kicker">${run.stopped === 'running' ? 'Tuning, live' : 'Tuning report'}</p>
<h1>${study.name}</h1>
<p class="meta">${moment(run.startedAt)} · ${countTrials(cost.counts)}${since}</p>
</header>
${comparison ? judged(comparison.verdict, headline(report)) : plain(headline(report))}`;
}

function plain(sentence: string): Markup {
  return markup`<div class="verdict plain">
<p class="sentence">${sentence}</p>
</div>
`;
}

function judged(verdict: Verdict, best: string): Markup {
  const { symbol, word, tone } = outcomes[verdict.outcome];
  return markup`<div class="verdict ${tone}">
<p class="word"><span class="symbol" aria-hidden="true">${symbol}</span> ${word}</p>
<p class="sentence">${verdict.sentence}</p>
<dl class="facts">
${factsOf(verdict)}</dl>
<p class="best">Best tonight: ${best}</p>
</div>
`;
}

function factsOf(verdict: Verdict): Content {
  const { shift, adjustedP, winChance, detectable, noise, before, after, isPaired } = verdict;
  const facts: [string, string | undefined][] = [
    ['Shift of the loss', shift && shiftText(shift)],
    ['p', shift && probability(shift.p) + (adjustedP === undefined ? '' : `, adjusted ${probability(adjustedP)}`)],
    ['Trainings', `${before.length} before, ${after.length} after${isPaired ? ', same seeds' : ''}`],
    ['Chance that tonight is better', winChance === undefined ? undefined : formatShare(winChance)],
    ['Does not matter below', `±${formatNumber(noise)}`],
    ['Smallest detectable shift', detectable === undefined ? undefined : formatNumber(detectable)],
  ];
  return facts.map(([name, text]) => text !== undefined && markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`);
}

/** "+0.0145 (95 % 0.008 to 0.023)" */
export function shiftText({ estimate, low, high }: Shift): string {
  const signed = estimate > 0 ? `+${formatNumber(estimate)}` : formatNumber(estimate);
  return `${signed} (95 % ${formatNumber(low)} to ${formatNumber(high)})`;
}

function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}
