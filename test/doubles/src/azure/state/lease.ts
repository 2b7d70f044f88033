import { randomUUID } from 'node:crypto';
import { Fault, badHeader } from '../wire/fault.ts';

export type LeaseState = 'available' | 'leased' | 'expired' | 'breaking' | 'broken';

/** The lease on a blob or a container, by the state machine of the service. */
export class Lease {
  id: string | undefined;
  /** Seconds; -1 is endless. */
  #duration = 0;
  #expires = 0;
  #breaks: number | undefined;

  state(now: number): LeaseState {
    if (this.id === undefined) return 'available';
    if (this.#breaks !== undefined) return now < this.#breaks ? 'breaking' : 'broken';
    return this.#duration < 0 || now < this.#expires ? 'leased' : 'expired';
  }

  /** Whether writers need its id. */
  locks(now: number): boolean {
    const state = this.state(now);
    return state === 'leased' || state === 'breaking';
  }

  get kind(): 'infinite' | 'fixed' {
    return this.#duration < 0 ? 'infinite' : 'fixed';
  }

  acquire(duration: number, proposed: string | undefined, now: number): string {
    const state = this.state(now);
    if (state === 'leased' && proposed !== this.id) throw new Fault('LeaseAlreadyPresent');
    if (state === 'breaking') {
      const own = proposed !== undefined && proposed === this.id;
      throw new Fault(own ? 'LeaseIsBreakingAndCannotBeAcquired' : 'LeaseAlreadyPresent');
    }
    this.id = proposed ?? randomUUID();
    this.#duration = duration;
    this.#expires = now + duration * 1000;
    this.#breaks = undefined;
    return this.id;
  }

  renew(id: string, now: number): void {
    this.#check(id, now);
    if (this.#breaks !== undefined) throw new Fault('LeaseIsBrokenAndCannotBeRenewed');
    this.#expires = now + this.#duration * 1000;
  }

  change(id: string, proposed: string, now: number): void {
    const state = this.state(now);
    if (state === 'breaking') throw new Fault('LeaseIsBreakingAndCannotBeChanged');
    if (state !== 'leased') throw new Fault('LeaseNotPresentWithLeaseOperation');
    if (id !== this.id && proposed !== this.id)
      throw new Fault('LeaseIdMismatchWithLeaseOperation');
    this.id = proposed;
  }

  release(id: string, now: number): void {
    this.#check(id, now);
    this.id = undefined;
    this.#breaks = undefined;
  }

  /** Ends it after `period` seconds, or when it would have ended. Answers the seconds that are left. */
  break(period: number | undefined, now: number): number {
    const state = this.state(now);
    if (state === 'available') throw new Fault('LeaseNotPresentWithLeaseOperation');
    if (state === 'broken' || state === 'expired') {
      this.#breaks = now;
      return 0;
    }
    const left = this.#breaks ?? (this.#duration < 0 ? undefined : this.#expires);
    const wanted = period === undefined ? (left ?? now) : now + period * 1000;
    this.#breaks = left === undefined ? wanted : Math.min(left, wanted);
    return Math.max(0, Math.ceil((this.#breaks - now) / 1000));
  }

  #check(id: string, now: number): void {
    if (this.state(now) === 'available') throw new Fault('LeaseIdMismatchWithLeaseOperation');
    if (id !== this.id) throw new Fault('LeaseIdMismatchWithLeaseOperation');
  }
}

/** Refuses a write to what is leased to someone else. */
export function checkWriteLease(lease: Lease, id: string | undefined, now: number): void {
  if (id !== undefined && !uuid.test(id)) throw badHeader('x-ms-lease-id', id);
  if (lease.locks(now)) {
    if (id === undefined) throw new Fault('LeaseIdMissing');
    if (id.toLowerCase() !== lease.id?.toLowerCase())
      throw new Fault('LeaseIdMismatchWithBlobOperation');
    return;
  }
  if (id === undefined) return;
  throw new Fault(
    lease.state(now) === 'available' ? 'LeaseNotPresentWithBlobOperation' : 'LeaseLost',
  );
}

/** A read needs no lease id, but one that is given has to be right. */
export function checkReadLease(lease: Lease, id: string | undefined, now: number): void {
  if (id !== undefined) checkWriteLease(lease, id, now);
}

export const uuid = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/iu;
