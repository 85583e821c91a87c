/** Keeps 60 MB for each trial. */
const kept = [];

export default function train() {
  kept.push(Buffer.alloc(60 * 2 ** 20, 1));
  return 1;
}
