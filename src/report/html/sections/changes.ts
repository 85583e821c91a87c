/** What is not as it was last night, and what of the shift that explains. */
import { drawVerdict } from '../../charts/verdict.ts';
import { left } from '../../columns.ts';
import type { Change, Comparison } from '../../compare/comparison.ts';
import type { Report } from '../../report.ts';
import { verdictSection } from '../../sections/verdict.ts';
import { fromMarkdown } from '../from-markdown.ts';
import { markup, type Content } from '../markup.ts';
import { figures, table, type Section } from '../parts.ts';
import { day } from '../times.ts';
import { formatFact, formatP } from '../../compare/wording.ts';
import { shiftText } from './verdict.ts';

export function changesSection(report: Report): Section | undefined {
  const { comparison } = report;
  if (!comparison) return undefined;
  const content = [contentOf(comparison), figures([drawVerdict(report)]), fromMarkdown(verdictSection(report))];
  return { id: 'changes', title: 'What changed since last night', short: 'Changes', content };
}

function contentOf({ changes, previous, parts }: Comparison): Content {
  return [
    changes.length === 0
      ? markup`<p>Nothing: versions, machine, data, space, budget and seed are those of ${day(previous.startedAt)}.</p>\n`
      : changesTable(changes),
    parts && [
      markup`<p>Last night's best configuration was trained again tonight, which parts the shift in two:</p>
<ul>
<li><strong>Setting</strong> (code, data, fixed settings, machine): ${shiftText(parts.setting)}, ${formatP(parts.setting.p)}</li>
<li><strong>Search</strong> (another configuration): ${shiftText(parts.search)}, ${formatP(parts.search.p)}</li>
</ul>
<p class="note">Shifts are of the loss: positive is worse.</p>
`,
    ],
  ];
}

function changesTable(changes: readonly Change[]): Content {
  return table({
    caption: 'What changed since last night',
    columns: [left('what'), left('before'), left('now'), left('')],
    rows: changes.map(({ what, before, after, isIncomparable }) => ({
      cells: [
        what,
        formatFact(before),
        formatFact(after),
        isIncomparable && markup`<span class="tag bad">≠ not comparable</span>`,
      ],
    })),
  });
}
