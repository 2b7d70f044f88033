import { Command, type Interfaces } from '@oclif/core';
import type { OpenContext, StorageDriver } from '@dunnage/driver-api';
import type { DriverRegistry } from './drivers/registry.ts';
import { within } from './drivers/timer.ts';
import { CliError } from './errors/cli-error.ts';
import { describeFailure } from './errors/failure.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { globalFlags } from './flags/common.ts';
import { Interruption } from './interruption.ts';
import { Output, type LogLevel } from './output/output.ts';
import { claimStdout } from './output/stdout-guard.ts';
import type { StorageReference } from './storage/reference.ts';

/** The flags that {@link BaseCommand} reads. */
export interface StorageFlags {
  readonly config?: string | undefined;
  readonly concurrency?: number | undefined;
}

/** The values of {@link globalFlags} that are looked at here. */
interface GlobalFlags {
  readonly quiet?: boolean;
  readonly 'log-level'?: LogLevel;
}

/** A driver that does not close keeps nobody waiting for longer than this. */
const CLOSE_LIMIT_MS = 10_000;

/** What all commands share: output, errors, exit codes, signals and the way to a storage. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = globalFlags;

  protected readonly output: Output;
  #interruption: Interruption | undefined;
  #drivers: Promise<DriverRegistry> | undefined;
  readonly #opened: StorageDriver[] = [];

  constructor(...args: ConstructorParameters<typeof Command>) {
    super(...args);
    this.output = new Output(process.env, this.argv, claimStdout());
    if (this.argv.includes('-q') || this.argv.includes('--quiet')) this.output.level = 'error';
  }

  protected override async parse<
    F extends Record<string, unknown>,
    B extends Record<string, unknown>,
    A extends Record<string, unknown>,
  >(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    const { quiet, 'log-level': level } = parsed.flags as GlobalFlags;
    this.output.level = quiet === true ? 'error' : (level ?? 'info');
    return parsed;
  }

  /** True when stdout belongs to a program: `--json` or `--ndjson`. */
  protected get machineReadable(): boolean {
    return this.jsonEnabled() || this.argv.includes('--ndjson');
  }

  /** Aborts at Ctrl-C and SIGTERM. Until a command asks for it, they end the process as usual. */
  protected get interruption(): Interruption {
    this.#interruption ??= new Interruption((signal) => {
      const how = signal === 'SIGINT' ? ' Ctrl-C again stops at once.' : '';
      this.output.note(`Stopping: finishing what is in flight.${how}`, 'error');
    });
    return this.#interruption;
  }

  /** The drivers that are installed; plugins are asked once, and broken ones told once. */
  protected drivers(): Promise<DriverRegistry> {
    this.#drivers ??= this.findDrivers();
    return this.#drivers;
  }

  private async findDrivers(): Promise<DriverRegistry> {
    const { loadDriverRegistry } = await import('./drivers/registry.ts');
    const registry = await loadDriverRegistry(this.config);
    for (const { plugin, message, advice } of registry.problems) {
      this.output.warn(`Plugin ${plugin}: ${message}. ${advice}`);
    }
    for (const note of registry.notes) this.output.note(note);
    return registry;
  }

  /** The storage that the command line names, before any driver is asked. */
  protected async readStorage(
    given: string | undefined,
    flags: StorageFlags,
  ): Promise<StorageReference> {
    const { readReference } = await import('./storage/read-reference.ts');
    return readReference(given, flags.config, `${this.config.bin} ${this.beforeStorage}`);
  }

  /**
   * Finds the driver for a storage and opens it; it is closed when the command ends.
   * @param access whether the command means to change it: drivers find out more where they may write.
   */
  protected async openStorage(
    reference: StorageReference,
    flags: StorageFlags,
    access: 'read' | 'write',
  ): Promise<StorageDriver> {
    const { openStorage } = await import('./storage/open.ts');
    const context = this.openContext(flags, access);
    const driver = await openStorage(reference, await this.drivers(), context);
    this.#opened.push(driver);
    return driver;
  }

  /** Opens a storage of our own, such as the cache. */
  protected openUrl(url: string, flags: StorageFlags): Promise<StorageDriver> {
    const scheme = new URL(url).protocol.slice(0, -1);
    const source = { from: 'url', url } as const;
    const by = { claim: 'scheme', value: scheme } as const;
    return this.openStorage({ source, by, given: url }, flags, 'write');
  }

  /** Sets the exit code for an end that is not an error. */
  protected endWith(code: ExitCode): void {
    process.exitCode = code;
  }

  private openContext({ concurrency }: StorageFlags, access: 'read' | 'write'): OpenContext {
    return {
      readOnly: access === 'read',
      env: process.env,
      warn: (message: string) => this.output.warn(message),
      ...(concurrency !== undefined && { concurrency }),
    };
  }

  /** What comes before STORAGE on a command line: for examples in errors. */
  protected get beforeStorage(): string {
    return (this.id ?? '').replaceAll(':', ' ');
  }

  override logJson(json: unknown): void {
    this.output.data(JSON.stringify(json, asPlainData, 2));
  }

  protected override async catch(thrown: Error): Promise<void> {
    const error = this.#interruption?.happened ? this.asInterruption(thrown) : thrown;
    process.exitCode = describeFailure(error).exit;
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(error));
    else if (this.machineReadable) {
      this.output.data(JSON.stringify({ type: 'error', ...this.toErrorJson(error) }, asPlainData));
    } else throw error;
  }

  /** After Ctrl-C whatever the work threw is a consequence of it. */
  private asInterruption(thrown: Error): Error {
    if (describeFailure(thrown).exit === EXIT.interrupted) return thrown;
    return new CliError({ code: 'INTERRUPTED', message: 'Interrupted.', cause: thrown });
  }

  protected override toErrorJson(thrown: unknown): { error: Record<string, unknown> } {
    const { code, message, advice, key, exit } = describeFailure(thrown);
    return { error: { code, message, advice, key, exit } };
  }

  protected override async finally(failure: Error | undefined): Promise<void> {
    const opened = this.#opened.splice(0);
    const closed = opened.map((driver) => within(CLOSE_LIMIT_MS, () => driver.close()));
    await Promise.allSettled(closed);
    this.#interruption?.[Symbol.dispose]();
    await super.finally(failure);
  }
}

/** What JSON has no word for, as something that it has one for. */
function asPlainData(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
