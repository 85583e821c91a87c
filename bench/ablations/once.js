/** Arms and rows that look at the same training of a seed share it. */
export function oncePerSeed(run) {
  const done = new Map();
  return seed => {
    if (!done.has(seed)) done.set(seed, run(seed));
    return done.get(seed);
  };
}
