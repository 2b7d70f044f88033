/** One thing that keeps another: read the steps from the root to the subject. */
export interface ExplanationStep {
  readonly kind: 'tag' | 'revision' | 'manifest' | 'blob' | 'repository';
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  /** How the step before leads here. */
  readonly via?:
    | 'tag'
    | 'revision'
    | 'child'
    | 'config'
    | 'layer'
    | 'subject'
    | 'fallback-tag'
    | 'alias'
    | 'protection';
  readonly note?: string;
}

/** Why something is kept, or goes. */
export interface Explanation {
  /** What was asked, as it was understood. */
  readonly subject: {
    readonly kind: 'tag' | 'digest';
    readonly digest?: string;
    readonly repository?: string;
    readonly tag?: string;
  };
  /**
   * `'live'`: needed. `'protected'`: something that could need it can't be read. `'young'`: would go, but for its
   * age. `'garbage'`: the next collection with these rules deletes it. `'absent'`: not there.
   */
  readonly verdict: 'live' | 'protected' | 'young' | 'garbage' | 'absent';
  /** One sentence. */
  readonly summary: string;
  /** Each chain on its own suffices; at most {@link ExplainOptions.maxChains}. */
  readonly chains: readonly (readonly ExplanationStep[])[];
  /** How many chains there are in all. */
  readonly chainCount: number;
  readonly size?: number;
  readonly modified?: number;
}
