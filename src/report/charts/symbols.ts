/** Shapes of states, so that colour is not all that tells them apart. */
import type { SymbolType } from '@observablehq/plot';
import type { TrialState } from '../../study/trial.ts';

/** An upright stroke. */
const tick = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, size: number): void {
    const reach = Math.sqrt(size / 2);
    context.moveTo(0, -reach);
    context.lineTo(0, reach);
  },
} as unknown as SymbolType;

export const stateSymbols: Readonly<Record<TrialState, SymbolType>> = {
  complete: 'circle',
  pruned: tick,
  failed: 'times',
  running: 'diamond2',
  paused: 'diamond2',
  interrupted: 'diamond2',
  waiting: 'diamond2',
};
