/** Virtual time: what is due happens in order, and nothing waits for a clock. The same calls give the same order. */

export function virtualTime() {
  /** A binary heap by time, then by order. */
  const heap = [];
  let now = 0;
  let count = 0;
  const isBefore = (a, b) => a.time < b.time || (a.time === b.time && a.order < b.order);
  const put = entry => {
    let place = heap.push(entry) - 1;
    for (let parent; place > 0 && isBefore(entry, heap[(parent = (place - 1) >> 1)]); place = parent)
      heap[place] = heap[parent];
    heap[place] = entry;
  };
  const take = () => {
    const top = heap[0];
    const entry = heap.pop();
    if (heap.length === 0) return top;
    let place = 0;
    for (let child; (child = 2 * place + 1) < heap.length; place = child) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], entry)) break;
      heap[place] = heap[child];
    }
    heap[place] = entry;
    return top;
  };
  const after = (milliseconds, task) => put({ time: now + milliseconds, order: count++, task });
  return {
    now: () => now,
    after,
    sleep: milliseconds => new Promise(resolve => after(milliseconds, resolve)),
    /** Until nothing is due, or a time has come. */
    async run(end) {
      // Whoever waits for promises alone goes on before time does.
      for (await quiet(); heap.length > 0 && heap[0].time <= end; await quiet()) {
        const { time, task } = take();
        now = time;
        task();
      }
      now = end;
    },
  };
}

/** Resolves when no promise is left that could go on; that takes no turn of the event loop, which is slow. */
function quiet() {
  return new Promise(resolve => process.nextTick(resolve));
}

/** So many at once, the others in the order in which they came; how long each takes is for them to say. */
export function servers(time, count) {
  const waiting = [];
  let free = count;
  let busy = 0;
  const begin = ({ milliseconds, resolve }) => {
    free -= 1;
    busy += milliseconds;
    time.after(milliseconds, () => {
      free += 1;
      resolve();
      if (waiting.length > 0 && free > 0) begin(waiting.shift());
    });
  };
  return {
    use: milliseconds =>
      new Promise(resolve => {
        if (free > 0 && waiting.length === 0) begin({ milliseconds, resolve });
        else waiting.push({ milliseconds, resolve });
      }),
    /** The share of what all could have done. */
    utilisation: (span = time.now()) => busy / (count * span),
  };
}
