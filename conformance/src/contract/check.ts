import type { Capabilities, StorageDriver } from '@dunnage/driver-api';
import type { ContractContext } from './context.ts';

/** The areas of the contract, by the letters of their check ids. */
export type Area =
  | 'basics'
  | 'names'
  | 'sources'
  | 'ranges'
  | 'listing'
  | 'delete'
  | 'concurrency'
  | 'consistency'
  | 'conditions'
  | 'errors'
  | 'abort'
  | 'streams'
  | 'integrity'
  | 'honesty'
  | 'lifecycle'
  | 'bulk';

/** One rule of the driver contract and how it is tried. Plain data: no test runner in it. */
export interface ContractCheck {
  /** Stable: reports, skip lists and documentation name it. */
  readonly id: string;
  readonly area: Area;
  /** The rule, as a sentence that the driver fulfils. */
  readonly title: string;
  /** Throws where the driver breaks the rule. */
  run(context: ContractContext): Promise<void>;
  /** For a rule about something that a driver need not have. */
  readonly optional?: OptionalFeature;
}

/** A feature that a driver may lack, but then has to refuse. */
export interface OptionalFeature {
  /** Does this driver say that it has the feature? */
  declared(capabilities: Capabilities, driver: StorageDriver): boolean;
  /** Runs instead where it does not: using the feature fails with `UNSUPPORTED` and changes nothing. */
  refused(context: ContractContext): Promise<void>;
}
