import { hostname, userInfo } from 'node:os';

/** Who holds the lock, for whoever finds it: `ann@build-7, process 4242`. */
export function describeOwner(): string {
  return `${user()}@${hostname()}, process ${process.pid}`;
}

/** In a container the user's number can lack a name. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
