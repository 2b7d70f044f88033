/** Drivers on which things go wrong, to see what a collector makes of it. */
export { withFaults, type FaultyDriver } from './driver.ts';
export {
  always,
  at,
  firstOf,
  on,
  type Call,
  type Decide,
  type Fault,
  type FaultVerb,
} from './fault.ts';
export { laterBy, neverWriting, renamed, withoutBulk, withoutHashes } from './guards.ts';
