/** Whether the steps of this thread run op by op unless they say otherwise: what `--eager` asks for. */

let isEager = false;

export function runsEagerly(): boolean {
  return isEager;
}

export function runEagerly(eager: boolean): void {
  isEager = eager;
}
