import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SortedMap } from '../../shared/sorted-map.ts';
import { Fault } from '../wire/fault.ts';
import type { Container } from './container.ts';
import { Ticker } from './ticker.ts';

/** The storage account that the double serves: its settings and its containers. */
export class Account {
  readonly name: string;
  /** Made once: it is five times faster to sign with than bytes are. */
  readonly key: KeyObject;
  readonly token: string | undefined;
  readonly hns: boolean;
  readonly ticker: Ticker;
  readonly containers = new SortedMap<Container>();
  readonly pendingCopyAnswers: number;
  readonly sparsePages: boolean;
  versioning: boolean;
  /** 0 is off. */
  softDeleteDays: number;
  /** Where clients reach it, known once the server listens. */
  endpoint = '';

  constructor(options: {
    readonly name: string;
    readonly key: Buffer;
    readonly token: string | undefined;
    readonly hns: boolean;
    readonly versioning: boolean;
    readonly softDeleteDays: number;
    readonly clock: () => number;
    readonly pendingCopyAnswers: number;
    readonly sparsePages: boolean;
  }) {
    this.name = options.name;
    this.key = createSecretKey(options.key);
    this.token = options.token;
    this.hns = options.hns;
    this.versioning = options.versioning;
    this.softDeleteDays = options.softDeleteDays;
    this.ticker = new Ticker(options.clock);
    this.pendingCopyAnswers = options.pendingCopyAnswers;
    this.sparsePages = options.sparsePages;
  }

  /** @throws Fault `ContainerNotFound`. */
  container(name: string | undefined): Container {
    const container = name === undefined ? undefined : this.containers.get(name);
    if (container === undefined) throw new Fault('ContainerNotFound');
    return container;
  }
}
