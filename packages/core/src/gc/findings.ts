import type { GcEvent } from './events.ts';
import type { Finding, Severity } from './finding.ts';

/**
 * Kept in full of each severity, so that strays don't hide what matters; more of them are only counted, so that a
 * broken registry does not fill the memory.
 */
const MAX_KEPT = 1000;

/** Gathers what a run comes across. */
export class Findings {
  readonly #emit: (event: GcEvent) => void;
  #kept: Finding[] = [];
  #before: readonly Finding[] = [];
  #counts: Record<string, number> = {};
  #bySeverity: Record<Severity, number> = { info: 0, warning: 0, unjudged: 0 };
  /** What was told before the last {@link restart}, not to be told again. */
  #told: ReadonlySet<string> = new Set();

  constructor(emit: (event: GcEvent) => void) {
    this.#emit = emit;
  }

  add(finding: Finding): void {
    this.#counts[finding.code] = (this.#counts[finding.code] ?? 0) + 1;
    const nth = ++this.#bySeverity[finding.severity];
    if (nth <= MAX_KEPT) this.#kept.push(finding);
    if (!this.#told.has(finding.message)) this.#emit({ type: 'finding', finding });
  }

  /** Call before stock is taken: what was found so far is about the run, so that {@link restart} keeps it. */
  begin(): void {
    this.#before = [...this.#kept];
  }

  /** Adds what is about the run, not the stock, after {@link begin}. */
  addAboutRun(finding: Finding): void {
    this.#before = [...this.#before, finding];
    this.add(finding);
  }

  /** Forgets what was found in stock, which is taken anew. What was told already is not told again. */
  restart(): void {
    this.#told = new Set(this.#kept.map(({ message }) => message));
    this.#kept = [];
    this.#counts = {};
    this.#bySeverity = { info: 0, warning: 0, unjudged: 0 };
    for (const finding of this.#before) this.add(finding);
  }

  /** How many objects could not be judged or dealt with. */
  get unjudged(): number {
    return this.#bySeverity.unjudged;
  }

  get kept(): readonly Finding[] {
    return this.#kept;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }
}
