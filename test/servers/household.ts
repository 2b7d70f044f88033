import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server's processes share: a directory of their own, an environment, and one end. */
export class Household implements AsyncDisposable {
  /** What the server is called in messages. */
  readonly name: string;
  /** Removed at the end. */
  readonly directory: string;
  /** What to install when a program is missing. */
  readonly #install: string;
  readonly #children: ChildProcess[] = [];
  readonly #said: string[] = [];

  private constructor(name: string, install: string, directory: string) {
    this.name = name;
    this.#install = install;
    this.directory = directory;
  }

  /** An empty one. `install` says how to get the programs. */
  static async open(name: string, install: string): Promise<Household> {
    const directory = await mkdtemp(join(tmpdir(), `dunnage-${name}-`));
    const household = new Household(name, install, directory);
    households.add(household);
    watchForTheEnd();
    return household;
  }

  /** Runs `program` to its end; what it printed. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    const printed: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    const [code] = (await once(child, 'close').catch((error: unknown) => {
      throw this.#explained(program, error);
    })) as [number | null];
    if (code === 0) return printed.join('');
    const said = [...printed, ...errors].join('').slice(-2000);
    throw new Error(`${this.name}: ${program} ${args.join(' ')} ended with ${code}\n${said}`);
  }

  /** Starts `program`, to run until the end. Resolves when it runs. */
  async start(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<ChildProcess> {
    const child = spawn(program, args, {
      // A group of its own: what it starts ends with it, and Ctrl-C comes by way of this process.
      ...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'] as const },
      ...{ cwd: this.directory, env: { ...process.env, ...env } },
    });
    this.#children.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said.push(text);
        if (this.#said.length > 200) this.#said.splice(0, 100);
      });
    }
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw this.#explained(program, error);
    }
    return child;
  }

  /** Resolves when `isReady` says so. Fails when a program ends before that, or after `seconds`. */
  async until(isReady: () => Promise<boolean>, seconds = 60): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await isReady())) {
      const ended = this.#children.find(
        ({ exitCode, signalCode }) => (exitCode !== null && exitCode !== 0) || signalCode !== null,
      );
      if (ended !== undefined) throw this.#failed(`${ended.spawnfile} ended`);
      if (performance.now() > end) throw this.#failed(`it was not ready after ${seconds} s`);
      await sleep(50);
    }
  }

  /** Resolves when something answers HTTP at `url`, whatever it says. */
  async untilAnswers(url: string): Promise<void> {
    await this.until(async () => {
      try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
        await answer.arrayBuffer();
        return true;
      } catch {
        return false;
      }
    });
  }

  /** What the programs printed lately. */
  get said(): string {
    return this.#said.join('');
  }

  /** Ends everything at once and at any price: nothing here is worth keeping. */
  endNow(): void {
    households.delete(this);
    for (const { pid, exitCode, signalCode } of this.#children) {
      if (pid === undefined || exitCode !== null || signalCode !== null) continue;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended, or leads no group: then it runs to its end within seconds.
      }
    }
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#children.filter(
      ({ pid, exitCode, signalCode }) =>
        pid !== undefined && exitCode === null && signalCode === null,
    );
    const ended = running.map((child) => once(child, 'exit'));
    this.endNow();
    await Promise.all(ended);
    // What was written while it ended.
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #explained(program: string, error: unknown): Error {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error as Error;
    return new Error(
      `${this.name} needs the program ${program}, which is not there. ${this.#install}`,
      { cause: error },
    );
  }

  #failed(what: string): Error {
    return new Error(`${this.name} did not start: ${what}\n${this.said.slice(-4000)}`);
  }
}

const households = new Set<Household>();
let watching = false;

/** No server outlives this process. */
function watchForTheEnd(): void {
  if (watching) return;
  watching = true;
  const endAll = (): void => {
    for (const household of households) household.endNow();
  };
  process.once('exit', endAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      endAll();
      // Now as if nobody had listened.
      process.kill(process.pid, signal);
    });
  }
}
