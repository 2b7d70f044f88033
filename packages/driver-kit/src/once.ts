/** Remembers the first success of `ask`; a failure is not remembered, so the next call asks again. */
export function onceAsked<Args extends unknown[], Answer>(
  ask: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  let answer: { readonly value: Answer } | undefined;
  return async (...args) => {
    answer ??= { value: await ask(...args) };
    return answer.value;
  };
}
