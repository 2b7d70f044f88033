import type { Fault } from './faults.ts';
import type { Operation } from './operations/index.ts';
import type { ProxiedRequest } from './request.ts';

/** What a value has to be: this text, like this, there at all (`true`) or not there (`false`). */
export type Expected = string | RegExp | boolean;

/** Requests of which everything named here is true. */
export interface RequestPattern {
  readonly method?: string;
  readonly operation?: Operation | readonly Operation[];
  /** The decoded path. */
  readonly path?: string | RegExp;
  readonly query?: Readonly<Record<string, Expected>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, Expected>>;
  /** Only this one, from 1, of the requests that match all the rest. */
  readonly nth?: number;
}

/** Which requests are meant. */
export type When = RequestPattern | ((request: ProxiedRequest) => boolean);

/** What goes wrong, with which requests, how often. */
export interface Rule {
  /** Default: every request. */
  readonly when?: When;
  readonly fault: Fault;
  /** How often it strikes; default: until it is removed. */
  readonly times?: number;
  /** Share of the meant requests that are struck, from 0 to 1; default: all. */
  readonly probability?: number;
  /** Of the random numbers behind `probability`: the same seed, the same requests. Default: 1. */
  readonly seed?: number;
}

/** A rule that was injected. */
export interface InjectedRule extends Disposable {
  /** How many requests it struck. */
  readonly struck: number;
  /** It strikes no more. */
  remove(): void;
}

/** The rules in force. The first that strikes a request wins. */
export class RuleBook {
  #rules: ActiveRule[] = [];

  add(rule: Rule): InjectedRule {
    const active = new ActiveRule(rule, () => {
      this.#rules = this.#rules.filter((other) => other !== active);
    });
    this.#rules.push(active);
    return active;
  }

  clear(): void {
    this.#rules = [];
  }

  /** What goes wrong with `request`, if anything. */
  choose(request: ProxiedRequest): Fault | undefined {
    let striking: ActiveRule | undefined;
    for (const rule of this.#rules) {
      // Asked also when another strikes: each counts for itself.
      if (rule.wouldStrike(request)) striking ??= rule;
    }
    return striking?.strike();
  }
}

class ActiveRule implements InjectedRule {
  readonly #rule: Rule;
  readonly #random: () => number;
  readonly #remove: () => void;
  #matched = 0;
  #struck = 0;

  constructor(rule: Rule, remove: () => void) {
    this.#rule = rule;
    this.#random = randomNumbers(rule.seed ?? 1);
    this.#remove = remove;
  }

  get struck(): number {
    return this.#struck;
  }

  wouldStrike(request: ProxiedRequest): boolean {
    const { when, times = Infinity, probability = 1 } = this.#rule;
    if (!isMeant(when, request)) return false;
    this.#matched++;
    if (typeof when === 'object' && when.nth !== undefined && when.nth !== this.#matched) {
      return false;
    }
    return this.#random() < probability && this.#struck < times;
  }

  strike(): Fault {
    this.#struck++;
    return this.#rule.fault;
  }

  remove(): void {
    this.#remove();
  }

  [Symbol.dispose](): void {
    this.#remove();
  }
}

function isMeant(when: When | undefined, request: ProxiedRequest): boolean {
  if (when === undefined) return true;
  if (typeof when === 'function') return when(request);
  const { method, operation, path, query = {}, headers = {} } = when;
  return (
    (method === undefined || method === request.method) &&
    (operation === undefined || [operation].flat().includes(request.operation)) &&
    (path === undefined || fits(path, request.path)) &&
    Object.entries(query).every(([name, want]) => fits(want, request.query.get(name))) &&
    Object.entries(headers).every(([name, want]) => fits(want, headerOf(request, name)))
  );
}

function headerOf(request: ProxiedRequest, name: string): string | null {
  const value = request.headers[name.toLowerCase()];
  return value === undefined ? null : [value].flat().join(', ');
}

function fits(want: Expected, value: string | null): boolean {
  if (typeof want === 'boolean') return want === (value !== null);
  if (value === null) return false;
  // Not `test`, which remembers where it was.
  return typeof want === 'string' ? want === value : value.search(want) >= 0;
}

/** Numbers from 0 to 1 that follow from `seed` (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = Math.trunc(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
