/** Values of a query; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Paths of the JSON API for one bucket. */
export class Paths {
  readonly #bucket: string;
  readonly #always: Query;

  constructor(bucket: string, userProject: string | undefined) {
    this.#bucket = `/b/${encodeURIComponent(bucket)}`;
    this.#always = { userProject };
  }

  bucket(query: Query): string {
    return this.#path('/storage/v1', '', { prettyPrint: false, ...query });
  }

  list(query: Query): string {
    return this.#path('/storage/v1', '/o', { prettyPrint: false, ...query });
  }

  object(name: string, query: Query): string {
    return this.#path('/storage/v1', `/o/${encodeURIComponent(name)}`, {
      prettyPrint: false,
      ...query,
    });
  }

  media(name: string, query: Query): string {
    return this.#path('/storage/v1', `/o/${encodeURIComponent(name)}`, { alt: 'media', ...query });
  }

  upload(query: Query): string {
    return this.#path('/upload/storage/v1', '/o', { prettyPrint: false, ...query });
  }

  rewrite(from: string, to: string, query: Query): string {
    const target = `rewriteTo${this.#bucket}/o/${encodeURIComponent(to)}`;
    return this.#path('/storage/v1', `/o/${encodeURIComponent(from)}/${target}`, {
      prettyPrint: false,
      ...query,
    });
  }

  move(from: string, to: string, query: Query): string {
    const target = `moveTo/o/${encodeURIComponent(to)}`;
    return this.#path('/storage/v1', `/o/${encodeURIComponent(from)}/${target}`, {
      prettyPrint: false,
      ...query,
    });
  }

  restore(name: string, query: Query): string {
    return this.#path('/storage/v1', `/o/${encodeURIComponent(name)}/restore`, {
      prettyPrint: false,
      ...query,
    });
  }

  #path(api: string, rest: string, query: Query): string {
    const pairs = Object.entries({ ...query, ...this.#always })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    return `${api}${this.#bucket}${rest}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  }
}

/** Where batches are sent. */
export const BATCH_PATH = '/batch/storage/v1';
