/** A proxy in front of a real store, on which things go wrong, and which counts what the store is asked. */
export {
  answer,
  delay,
  emptyBody,
  flipBit,
  hang,
  loseAnswer,
  reset,
  rewrite,
  spoilUpload,
  truncate,
  type Answer,
  type Cut,
  type CutEnd,
  type Fault,
  type Rewrite,
  type Rewritten,
  type StoreAnswer,
} from './faults.ts';
export type { Counts, Ending, LoggedRequest } from './log.ts';
export type { Operation, Protocol } from './operations/index.ts';
export { startFaultProxy, type FaultProxy, type FaultProxyOptions } from './proxy.ts';
export type { ProxiedRequest } from './request.ts';
export type { Expected, InjectedRule, RequestPattern, Rule, When } from './rules.ts';
export * as azure from './azure.ts';
export * as gcs from './gcs.ts';
export * as s3 from './s3.ts';
