import { getBucket } from './buckets/get.ts';
import { routeMissing } from './errors.ts';
import { deleteObject } from './objects/delete.ts';
import { getObject } from './objects/get.ts';
import { listObjects } from './objects/list.ts';
import type { Call, Reply } from './protocol/call.ts';
import { pathPattern } from './protocol/path.ts';
import type { Service } from './store/service.ts';
import { insertObject } from './upload/insert.ts';
import { ResumableUploads } from './upload/resumable.ts';

type Run = (call: Call, parameters: readonly string[]) => Reply;

/** Answers calls of the JSON API, each alone: no batches, no bearer. */
export class Router {
  readonly #service: Service;
  readonly #uploads: ResumableUploads;
  readonly #routes: readonly (readonly [method: string, pattern: RegExp, run: Run])[];

  constructor(service: Service) {
    this.#service = service;
    this.#uploads = new ResumableUploads(service);
    this.#routes = this.#table().map(([route, run]) => {
      const [method = '', path = ''] = route.split(' ');
      return [method, pathPattern(path), run] as const;
    });
  }

  /** @throws GcsError */
  run(call: Call): Reply {
    const method = call.method === 'HEAD' ? 'GET' : call.method;
    for (const [routeMethod, pattern, run] of this.#routes) {
      const match = routeMethod === method ? pattern.exec(call.path) : null;
      if (match !== null) return run(call, match.slice(1).map(decodeURIComponent));
    }
    throw routeMissing();
  }

  #table(): readonly (readonly [route: string, run: Run])[] {
    const service = this.#service;
    const uploads = this.#uploads;
    return [
      ['GET /b/:', (call, [b = '']) => getBucket(service.bucket(b), call)],
      ['GET /b/:/o', (call, [b = '']) => listObjects(service.bucket(b), call)],
      ['GET /b/:/o/:', (call, [b = '', o = '']) => getObject(service.bucket(b), o, call)],
      ['DELETE /b/:/o/:', (call, [b = '', o = '']) => deleteObject(service.bucket(b), o, call)],
      [
        'POST /upload/b/:/o',
        (call, [b = '']) => insertObject(service, uploads, service.bucket(b), call),
      ],
      ['PUT /upload/b/:/o', (call) => uploads.put(call)],
      ['DELETE /upload/b/:/o', (call) => uploads.cancel(call)],
    ];
  }
}
