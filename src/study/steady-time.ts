/** Times for the record. A clock may be set while a study runs, and between its runs. */

/** The time as it was when this process began, moved on by a clock that never jumps. */
export function steadyTime(): Date {
  return new Date(performance.timeOrigin + performance.now());
}

/**
 * Times that never go back, as ISO text: where the clock has been set back, they go on from the last one.
 * @param now the clock
 * @param latest time of the record so far
 */
export function growingTime(now: () => Date, latest = ''): () => string {
  let last = Date.parse(latest);
  let shift = 0;
  return () => {
    const time = now().getTime();
    if (time + shift < last) shift = last - time;
    last = time + shift;
    return new Date(last).toISOString();
  };
}
