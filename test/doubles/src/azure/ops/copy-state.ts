import type { Blob } from '../state/blob.ts';

/** Counts one answer about a copy that is under way; the last of them finds it done. */
export function advanceCopy(blob: Blob, now: number): void {
  const { copy } = blob;
  if (copy?.status !== 'pending') return;
  if (copy.answersLeft > 0) {
    copy.answersLeft--;
    return;
  }
  copy.status = 'success';
  copy.completed = now;
  blob.content = copy.arriving;
}
