/** One chart of a report: drawn when the report is made, so that pages need no script for it. */
import type { Report } from '../report.ts';

export interface Chart {
  /** Part of the ids in its SVG: "history", "slice-lr". Unique on a page; no character that needs escaping. */
  readonly id: string;
  readonly title: string;
  /** What there is to see, in one plain sentence with its numbers: also for those who cannot see it. */
  readonly finding: string;
  /** <svg role="img"> with a title and a description; colours by custom properties of the page (charts/colors.ts). */
  readonly svg: string;
  /** The data behind it. */
  readonly table: ChartTable;
}

export interface ChartTable {
  /** Which rows these are, where there are more: "The best 50 of 312 trials." */
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Pure; undefined (or an empty list) where a report has nothing to draw. */
export type DrawChart = (report: Report) => Chart | undefined;
export type DrawCharts = (report: Report) => readonly Chart[];
