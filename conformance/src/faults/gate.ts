import { injected, type Call, type Decide, type Fault, type FaultVerb } from './fault.ts';

/** A fault that is left to the verb, because it shows in the verb's result. */
export type ShapedFault = Exclude<Fault, { kind: 'kill' | 'meanwhile' }>;

/** Counts calls and says what becomes of each. Once killed, every call fails. */
export class Gate {
  readonly calls: Call[] = [];
  readonly #decide: Decide;
  #killed: Call | undefined;

  constructor(decide: Decide) {
    this.#decide = decide;
  }

  get killed(): boolean {
    return this.#killed !== undefined;
  }

  /** Registers a call. @throws when the process is, or was, killed here. */
  async enter(
    verb: FaultVerb,
    key?: string,
  ): Promise<{ readonly call: Call; readonly fault?: ShapedFault }> {
    if (this.#killed !== undefined) throw injected({ code: 'CLOSED' }, this.#killed);
    const call: Call = {
      number: this.calls.length + 1,
      verb,
      ...(key === undefined ? {} : { key }),
    };
    this.calls.push(call);
    const fault = this.#decide(call);
    if (fault === undefined) return { call };
    if (fault.kind === 'kill') {
      this.#killed = call;
      throw injected({ code: 'CLOSED' }, call);
    }
    if (fault.kind === 'meanwhile') {
      await fault.run();
      return { call };
    }
    return { call, fault };
  }

  /** A call with one answer: it fails before it is made, or after. */
  async single<T>(verb: FaultVerb, key: string | undefined, run: () => Promise<T>): Promise<T> {
    const { call, fault } = await this.enter(verb, key);
    if (fault?.kind === 'fail' && fault.when === 'before') throw injected(fault, call);
    const result = await run();
    if (fault?.kind === 'fail') throw injected(fault, call, 'unknown');
    if (this.#killed !== undefined) throw injected({ code: 'CLOSED' }, this.#killed);
    return result;
  }
}
