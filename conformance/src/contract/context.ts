import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { parseKey } from '@dunnage/driver-api';
import type { Capabilities, Key, ObjectInfo, StorageDriver } from '@dunnage/driver-api';
import { bytesOf } from './content.ts';
import { listAll } from './listing.ts';
import { deleteAll } from './outcomes.ts';
import { inParallel } from './parallel.ts';
import { within } from './patience.ts';
import type { ContractTarget } from './target.ts';

/** How often a store that is eventually consistent is asked again. */
const ATTEMPTS = 50;

/** What a check works with: an empty storage, and help to fill it. */
export class ContractContext {
  readonly driver: StorageDriver;
  readonly capabilities: Capabilities;
  readonly #target: ContractTarget;
  readonly #token: string;
  readonly #opened: StorageDriver[];
  #others = 0;

  private constructor(
    target: ContractTarget,
    token: string,
    driver: StorageDriver,
    can: Capabilities,
  ) {
    this.#target = target;
    this.#token = token;
    this.#opened = [driver];
    this.driver = driver;
    this.capabilities = can;
  }

  static async open(target: ContractTarget, token: string): Promise<ContractContext> {
    const driver = await target.open(token);
    return new ContractContext(target, token, driver, await driver.capabilities());
  }

  /** Another driver on the same storage. */
  async reopen(): Promise<StorageDriver> {
    const driver = await this.#target.open(this.#token);
    this.#opened.push(driver);
    return driver;
  }

  /** A driver on another, empty storage. */
  async openOther(): Promise<StorageDriver> {
    const driver = await this.#target.open(`${this.#token}-other-${++this.#others}`);
    this.#opened.push(driver);
    return driver;
  }

  async close(): Promise<void> {
    for (const driver of this.#opened) await this.settled('close', driver.close());
  }

  /** Stores one object and waits until readers see it. */
  async put(key: string, content: string | Uint8Array): Promise<ObjectInfo> {
    const infos = await this.seed([[key, content]]);
    const info = infos.get(parseKey(key));
    assert.ok(info);
    return info;
  }

  /** Stores objects, by default each with a content of its own, and waits until readers see them. */
  async seed(
    objects: Iterable<string | readonly [key: string, content: string | Uint8Array]>,
  ): Promise<Map<Key, ObjectInfo>> {
    const infos = new Map<Key, ObjectInfo>();
    await inParallel(16, objects, async (object) => {
      const [name, content] = typeof object === 'string' ? [object, `of ${object}`] : object;
      const key = parseKey(name);
      infos.set(key, await this.driver.put(key, bytesOf(content)));
    });
    await this.#shown(infos);
    return infos;
  }

  /** Deletes objects that exist, and waits until readers see it. */
  async remove(keys: Iterable<string>): Promise<void> {
    const requests = Array.from(keys, (key) => ({ key: parseKey(key) }));
    for (const { outcome } of await deleteAll(this.driver, requests)) {
      assert.ok(['deleted', 'marked', 'soft-deleted'].includes(outcome), `outcome ${outcome}`);
    }
    await this.eventually(async () => {
      const { keys: listed } = await listAll(this.driver);
      for (const { key } of requests) {
        assert.equal(listed.has(key), false, `${key} is still listed`);
        assert.equal(await this.driver.stat(key), undefined, `${key} still exists`);
      }
    });
  }

  /** Runs `probe`: once on a consistent store, else until it succeeds, but not for ever. */
  async eventually(probe: () => Promise<void>): Promise<void> {
    const { list, read } = this.capabilities;
    const consistencies = [list.afterWrite, list.afterDelete, read.afterWrite];
    const attempts = consistencies.includes('eventual') ? ATTEMPTS : 1;
    for (let attempt = 1; attempt < attempts; attempt++) {
      try {
        await probe();
        return;
      } catch {
        await delay(attempt);
      }
    }
    await probe();
  }

  /** What `promise` gives, unless it takes longer than anything should that ends by itself. */
  async settled<T>(what: string, promise: Promise<T>): Promise<T> {
    return within(this.#target.patienceMs ?? 5000, what, promise);
  }

  async #shown(infos: ReadonlyMap<Key, ObjectInfo>): Promise<void> {
    const { list, read } = this.capabilities;
    if (read.afterWrite === 'strong' && list.afterWrite === 'strong') return;
    await this.eventually(async () => {
      const { objects } = await listAll(this.driver);
      const listed = new Map(objects.map((object) => [object.key, object]));
      for (const [key, info] of infos) {
        assert.equal(listed.get(key)?.size, info.size);
        assert.deepEqual(await this.driver.stat(key), info);
      }
    });
  }
}
