/** The nights of a report's trend, with what they are called in charts. */
import { nightOf } from '../night.ts';
import type { Night, Report } from '../report.ts';

const mostNights = 14;

export interface NamedNight {
  /** "03-04", with the time where a day has several; "tonight". */
  readonly label: string;
  readonly night: Night;
}

/** Tonight is the last. */
export function nightsOf(report: Report): readonly NamedNight[] {
  const nights = [...(report.nights ?? []).slice(-mostNights), nightOf(report)];
  const days = nights.map(({ startedAt }) => startedAt.slice(5, 10));
  return nights.map((night, index) => {
    const day = days[index]!;
    const isAlone = days.indexOf(day) === days.lastIndexOf(day);
    if (index === nights.length - 1) return { night, label: 'tonight' };
    return { night, label: isAlone ? day : `${day} ${night.startedAt.slice(11, 16)}` };
  });
}
