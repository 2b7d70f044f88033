/** What a collection must come to, worked out independently of the collector. */
export { judge, type OracleRules, type Verdict } from './judge.ts';
export type { Objects } from './tree.ts';
