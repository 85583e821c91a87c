/** The head of the page: what it is about, and the one sentence that matters, in words, a symbol and a colour. */
import type { Outcome, Shift, Verdict } from '../../compare/comparison.ts';
import { formatP, outcomeWords } from '../../compare/wording.ts';
import { headline } from '../../headline.ts';
import type { Report } from '../../report.ts';
import { formatNumber } from '../../../text.ts';
import { formatShare } from '../../values.ts';
import { countTrials } from '../../wording.ts';
import { markup, type Content, type Markup } from '../markup.ts';
import { day, moment } from '../times.ts';

/** Its colour. */
const tones: Readonly<Record<Outcome, string>> = {
  regressed: 'bad',
  improved: 'good',
  'no-change': 'even',
  'within-noise': 'even',
  'not-enough-data': 'open',
  'not-comparable': 'open',
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
  const { symbol, word } = outcomeWords[verdict.outcome];
  // The word stands above it.
  const sentence = verdict.sentence.replace(`${word}: `, '');
  return markup`<div class="verdict ${tones[verdict.outcome]}">
<p class="word"><span class="symbol" aria-hidden="true">${symbol}</span> ${word}</p>
<p class="sentence">${sentence}</p>
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
    [
      'Exact test',
      shift && [shift.p, ...(adjustedP === undefined ? [] : [adjustedP])].map(formatP).join(', adjusted '),
    ],
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
