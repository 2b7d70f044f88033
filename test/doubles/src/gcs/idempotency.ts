import type { Call, Reply } from './protocol/call.ts';

/** How long an answer is kept: more than the minute that is documented. */
const KEPT_MS = 120_000;

/** Writes whose repeat gets the first answer. Other calls run again, token or not. */
const REPEATABLE = [
  /^POST \/upload\/.*\/o$/,
  /^(?:DELETE|PATCH) \/(?!upload\/).*\/o\/[^/]+$/,
  /^POST \/(?!upload\/).*\/moveTo\/o\/[^/]+$/,
];

/** Answers of writes that brought a token: a repeat gets the answer again and does nothing. */
export class IdempotencyTokens {
  readonly #clock: () => number;
  /** Oldest first. */
  readonly #kept = new Map<string, { readonly since: number; readonly reply: Reply }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  run(call: Call, run: () => Reply): Reply {
    const key = keyOf(call);
    if (key === undefined) return run();
    this.#forget();
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.reply;
    // What fails throws, and is not kept.
    const reply = run();
    this.#kept.set(key, { since: this.#clock(), reply });
    return reply;
  }

  #forget(): void {
    const oldest = this.#clock() - KEPT_MS;
    for (const [key, { since }] of this.#kept) {
      if (since > oldest) return;
      this.#kept.delete(key);
    }
  }
}

function keyOf({ method, path, query, headers }: Call): string | undefined {
  const token = headers['x-goog-gcs-idempotency-token'];
  const write = `${method} ${path}`;
  if (token === undefined || !REPEATABLE.some((pattern) => pattern.test(write))) return undefined;
  // The calls of a session carry it too, and are told apart by what they bring.
  if (query.get('uploadType') === 'resumable') return undefined;
  return `${token.toString()} ${write} ${query.get('name') ?? ''} ${query.get('generation') ?? ''}`;
}
