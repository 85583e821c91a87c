/** The best configuration: against the defaults, against last night's, and which of its changes paid. */
import { drawAblation } from '../../charts/ablation.ts';
import { drawFront } from '../../charts/front.ts';
import { drawSchedules } from '../../charts/schedules.ts';
import { left, right, type Column } from '../../columns.ts';
import type { ConfigChange } from '../../compare/comparison.ts';
import type { Report } from '../../report.ts';
import { confirmedSection } from '../../sections/confirmed.ts';
import { frontSection } from '../../sections/front.ts';
import { learnedSection } from '../../sections/learned.ts';
import { repeatsSection } from '../../sections/repeats.ts';
import { finalValue, formatChange, formatMove, formatName, formatValue, valueIn } from '../../values.ts';
import { fromMarkdown } from '../from-markdown.ts';
import { markup, type Content } from '../markup.ts';
import { figures, table, type Row, type Section } from '../parts.ts';

export function configSection(report: Report): Section | undefined {
  const { best, baseline, study } = report;
  const shown = best ?? baseline;
  if (!shown || study.space.params.length === 0) return undefined;
  const title = best ? 'Best configuration' : 'Default configuration';
  const content = [
    configTable(report),
    figures([drawAblation(report)]),
    fromMarkdown(learnedSection(report)),
    figures(drawSchedules(report)),
    figures([drawFront(report)]),
    fromMarkdown(frontSection(report)),
    fromMarkdown(confirmedSection(report)),
    fromMarkdown(repeatsSection(report)),
  ];
  return { id: 'configuration', title, short: 'Configuration', content };
}

/** What changed since last night first, as the comparison has it. */
function configTable({ best, baseline, study, comparison }: Report): Content {
  const shown = (best ?? baseline)!;
  const nights = new Map(comparison?.config.map(change => [change.parameter, change]));
  const places = new Map([...nights.keys()].map((name, place) => [name, place]));
  const params = study.space.params.toSorted(
    (a, b) => (places.get(a.name) ?? nights.size) - (places.get(b.name) ?? nights.size),
  );
  const rows = params.map((param): Row => {
    const { name } = param;
    const from = valueIn(baseline?.config, name);
    const change = formatChange(param, from, finalValue(shown, name));
    const night = nights.get(name);
    return {
      data: { same: String((night?.change ?? change) === '') },
      cells: [
        formatName(param),
        formatValue(from),
        ...(comparison ? [formatValue(night?.before)] : []),
        markup`<strong>${formatMove(shown, name)}</strong>`,
        ...(comparison ? [night?.change ?? ''] : []),
        change,
      ],
    };
  });
  const columns: Column[] = [
    left('parameter'),
    right('default'),
    ...(comparison ? [right("last night's best")] : []),
    right(best ? 'best' : 'tried'),
    ...(comparison ? [right('change since last night')] : []),
    right('change from default'),
  ];
  return [
    table({ caption: 'The best configuration beside the defaults', columns, rows, kind: 'config' }),
    goneOf(
      comparison?.config ?? [],
      params.map(({ name }) => name),
    ),
  ];
}

/** Parameters that last night's space had and tonight's has not. */
function goneOf(changes: readonly ConfigChange[], names: readonly string[]): Content {
  const gone = changes.filter(({ parameter }) => !names.includes(parameter));
  if (gone.length === 0) return undefined;
  const list = gone.map(({ parameter, before }) => `${parameter} ${formatValue(before)}`).join(', ');
  return markup`<p class="note">No longer in the space: ${list}.</p>\n`;
}
