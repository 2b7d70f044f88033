import { GcsError, routeMissing } from './errors.ts';
import type { Call, Reply } from './protocol/call.ts';
import { pathPattern } from './protocol/path.ts';
import { routesOf } from './routes.ts';
import type { Run } from './routes.ts';
import type { Service } from './store/service.ts';

interface Entry {
  readonly method: string;
  readonly pattern: RegExp;
  readonly permissions: readonly string[];
  readonly run: Run;
}

/** Answers calls of the JSON API, each alone: no batches, no bearer. */
export class Router {
  readonly #service: Service;
  readonly #entries: readonly Entry[];

  constructor(service: Service) {
    this.#service = service;
    this.#entries = routesOf(service).map(([route, permissions, run]) => {
      const [method = '', path = ''] = route.split(' ');
      return { method, pattern: pathPattern(path), permissions, run };
    });
  }

  /** @throws GcsError */
  run(call: Call): Reply {
    const method = call.method === 'HEAD' ? 'GET' : call.method;
    let known = false;
    for (const entry of this.#entries) {
      const match = entry.pattern.exec(call.path);
      if (match === null) continue;
      known = true;
      if (entry.method !== method) continue;
      for (const permission of entry.permissions) this.#service.access.require(permission);
      return entry.run(call, match.slice(1).map(decodeName));
    }
    throw known ? new GcsError(405, 'methodNotAllowed', 'Method Not Allowed') : routeMissing();
  }
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new GcsError(400, 'invalid', 'Malformed percent-encoding in the path.');
  }
}
