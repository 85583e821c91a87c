/** What to change in the space file, and the patch that does it. */
import { formatDuration, formatNumber } from '../../../text.ts';
import type { Advice } from '../../advice/advice.ts';
import type { Report } from '../../report.ts';
import { adviseCommand } from '../../reproduce.ts';
import { markup, type Content } from '../markup.ts';
import type { Section } from '../parts.ts';

export function adviceSection(report: Report): Section | undefined {
  const { advice = [] } = report;
  if (advice.length === 0) return undefined;
  const command = adviseCommand(report);
  const content = [
    markup`<ol class="advice">\n${advice.map(item)}</ol>\n`,
    command !== undefined &&
      markup`<p class="note">Written into a copy of the space file by <code>${command}</code></p>\n`,
  ];
  return { id: 'advice', title: 'What to change in the space', short: 'Advice', content };
}

function item({ rule, text, confidence, savedSeconds, evidence, patch }: Advice): Content {
  const facts = Object.entries(evidence).map(([name, value]) => `${name} ${formatNumber(value)}`);
  return markup`<li>
<p><strong>${text}</strong></p>
<p class="note"><span class="tag">${rule}</span> <span class="tag">${confidence} confidence</span>${
    savedSeconds !== undefined && markup` <span class="tag">saves ${formatDuration(savedSeconds)}</span>`
  } ${facts.join(' · ')}</p>
${patch.length > 0 && markup`<pre><code>${patchText(patch)}</code></pre>\n`}</li>
`;
}

/** An operation a line. */
function patchText(patch: Advice['patch']): string {
  return `[\n${patch.map(operation => `  ${JSON.stringify(operation)}`).join(',\n')}\n]`;
}
