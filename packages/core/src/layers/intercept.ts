import type { Key, Many, OpOptions } from '@dunnage/driver-api';
import type { FullDriver, Overrides } from './forward.ts';

/** One call of a driver's verb. */
export interface Call {
  /** Name of the verb, as in errors: `stat`, `bulk.read`. */
  readonly op: string;
  readonly key?: Key;
}

/** What a layer does around the verbs, which differ to it only by their kind. */
export interface Interceptor {
  /** Around a verb that gives one answer. */
  call<Options extends OpOptions, Result>(
    call: Call,
    options: Options | undefined,
    run: (options: Options | undefined) => Promise<Result>,
  ): Promise<Result>;
  /** Around a listing: each item is a page, or what a page was made of. */
  pages<Options extends OpOptions, Page>(
    call: Call,
    options: Options | undefined,
    run: (options: Options | undefined) => AsyncIterable<Page>,
  ): AsyncIterable<Page>;
  /** Around a verb that takes a stream of requests and gives a stream of outcomes. */
  feed<Options extends OpOptions | undefined, Request, Outcome>(
    call: Call,
    requests: Many<Request>,
    options: Options,
    run: (requests: Many<Request>, options: Options) => AsyncIterable<Outcome>,
  ): AsyncIterable<Outcome>;
}

/** Every verb that does I/O, with `layer` around it. */
export function intercept(inner: FullDriver, layer: Interceptor): Overrides {
  return {
    capabilities: (options) => layer.call({ op: 'capabilities' }, options, inner.capabilities),
    now: (options) => layer.call({ op: 'now' }, options, inner.now),
    stat: (key, options) => layer.call({ op: 'stat', key }, options, (o) => inner.stat(key, o)),
    get: (key, options) => layer.call({ op: 'get', key }, options, (o) => inner.get(key, o)),
    put: (key, source, options) =>
      layer.call({ op: 'put', key }, options, (o) => inner.put(key, source, o)),
    copy: (from, to, options) =>
      layer.call({ op: 'copy', key: to }, options, (o) => inner.copy(from, to, o)),
    move: (from, to, options) =>
      layer.call({ op: 'move', key: to }, options, (o) => inner.move(from, to, o)),
    undelete: (key, version, options) =>
      layer.call({ op: 'undelete', key }, options, (o) => inner.undelete(key, version, o)),
    abortUpload: (key, id, options) =>
      layer.call({ op: 'abortUpload', key }, options, (o) => inner.abortUpload(key, id, o)),
    list: (options) => layer.pages({ op: 'list' }, options, inner.list),
    versionsOf: (options) => layer.pages({ op: 'versionsOf' }, options, inner.versionsOf),
    pendingUploads: (options) =>
      layer.pages({ op: 'pendingUploads' }, options, inner.pendingUploads),
    delete: (requests, options) => layer.feed({ op: 'delete' }, requests, options, inner.delete),
    pruneEmptyDirectories: (prefixes, options) =>
      layer.feed({ op: 'pruneEmptyDirectories' }, prefixes, options, inner.pruneEmptyDirectories),
    bulk: {
      children: (prefixes, options) =>
        layer.feed({ op: 'bulk.children' }, prefixes, options, inner.bulk.children),
      stat: (keys, options) => layer.feed({ op: 'bulk.stat' }, keys, options, inner.bulk.stat),
      read: (keys, options) => layer.feed({ op: 'bulk.read' }, keys, options, inner.bulk.read),
    },
  };
}
