/** Times on an axis, in the unit that suits their length. */

export interface TimeAxis {
  /** "minutes since the run began" */
  readonly label: string;
  place(seconds: number): number;
}

const units = [
  { name: 'hours', seconds: 3600 },
  { name: 'minutes', seconds: 60 },
  { name: 'seconds', seconds: 1 },
] as const;

/** @param span seconds that the axis covers */
export function timeAxis(span: number): TimeAxis {
  // Two minutes are better told in seconds than by 1 and 2.
  const unit = units.find(({ seconds }) => span >= 3 * seconds) ?? units[2];
  return { label: `${unit.name} since the run began`, place: seconds => seconds / unit.seconds };
}

/** Of an ISO time; negative for what was before. */
export function secondsSince(start: string, time: string): number {
  return (Date.parse(time) - Date.parse(start)) / 1000;
}
