/** What matters: the parameters, one by one and in pairs. */
import { drawContour } from '../../charts/contour.ts';
import { drawImportance } from '../../charts/importance.ts';
import { drawParallelCoordinates } from '../../charts/parallel-coordinates.ts';
import { drawPartialDependence } from '../../charts/partial-dependence.ts';
import { drawSlices } from '../../charts/slices.ts';
import { drawEdf } from '../../charts/edf.ts';
import type { Importance } from '../../importance/importance.ts';
import type { Report } from '../../report.ts';
import { formatShare } from '../../values.ts';
import { markup, type Content } from '../markup.ts';
import { figures, type Section } from '../parts.ts';

export function importanceSection(report: Report): Section | undefined {
  const { importance } = report;
  const content = [
    figures([drawImportance(report)]),
    importance && notes(importance),
    figures([
      drawParallelCoordinates(report),
      drawSlices(report),
      drawPartialDependence(report),
      drawContour(report),
      drawEdf(report),
    ]),
  ];
  return { id: 'importance', title: 'Parameters', content };
}

/** What the chart has no place for. */
function notes({ fanova, missing }: Importance): Content {
  const pairs = (fanova?.pairs ?? []).map(
    ({ parameters, share }) => `${parameters.join(' with ')} ${formatShare(share)}`,
  );
  const sentences = [
    fanova && `${formatShare(fanova.interactions)} of what moves the loss is explained by no parameter alone.`,
    pairs.length > 0 && `Together, beyond what each does alone: ${pairs.join(', ')}.`,
    missing,
  ];
  return sentences.map(
    sentence => sentence !== undefined && sentence !== false && markup`<p class="note">${sentence}</p>\n`,
  );
}
