import type { Failure } from '../errors/failure.ts';
import type { Style } from './style.ts';
import { hang, wrap } from './wrap.ts';

/** An error for a person: what is wrong, then what to do, each a paragraph. */
export function failureText(failure: Failure, style: Style, columns: number): string {
  const label = failure.exit === 130 ? 'Stopped:' : 'Error:';
  const head = `${style.bold(style.red(label))} ${hang(failure.message, label.length + 1, columns)}`;
  if (failure.advice === undefined) return head;
  const advice = wrap(failure.advice, columns - 2).map((line) => `  ${line}`);
  return `${head}\n\n${advice.join('\n')}`;
}
