import type { GcEvent, Phase } from '@dunnage/core';

/** Shows the events of a run to someone. */
export interface Reporter {
  event(event: GcEvent): void;
  /** Takes leave of the terminal; called once, however the run ends. */
  stop(): void;
}

/** Phases, as a person would put it. */
export const PHASE_WORDS: Readonly<
  Record<Phase, { readonly doing: string; readonly did: string }>
> = {
  inventory: { doing: 'Taking stock', did: 'Took stock' },
  mark: { doing: 'Marking what is live', did: 'Marked what is live' },
  plan: { doing: 'Planning', did: 'Planned' },
  sweep: { doing: 'Deleting', did: 'Deleted' },
};
