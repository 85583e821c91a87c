/** Preloaded by `node --import`: the clock of this process jumps by CLOCK_JUMP milliseconds, every CLOCK_EVERY milliseconds to and fro; 0: once, at its start. */
const jump = Number(process.env.CLOCK_JUMP);
const every = Number(process.env.CLOCK_EVERY);
const Real = Date;
const begin = performance.now();
const now = () => Real.now() + (every === 0 || Math.floor((performance.now() - begin) / every) % 2 === 1 ? jump : 0);

globalThis.Date = class Date extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now = now;
};
