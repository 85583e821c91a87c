/** Where a function of one number with one valley is lowest: Kiefer 1953, Proc. Amer. Math. Soc. 4. */
const golden = (Math.sqrt(5) - 1) / 2;

export function goldenSection(height: (x: number) => number, low: number, high: number, width: number): number {
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [leftHeight, rightHeight] = [height(left), height(right)];
  while (high - low > width) {
    if (leftHeight < rightHeight) {
      [high, right, rightHeight] = [right, left, leftHeight];
      left = high - golden * (high - low);
      leftHeight = height(left);
    } else {
      [low, left, leftHeight] = [left, right, rightHeight];
      right = low + golden * (high - low);
      rightHeight = height(right);
    }
  }
  return (low + high) / 2;
}
