import type { ApplyOptions, GcReport } from '@dunnage/core';
import type { StorageDriver } from '@dunnage/driver-api';
import { BaseCommand } from './base.ts';
import { CliError } from './errors/cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { DeletingFlags } from './flags/gc.ts';
import { requireConsent } from './gc/consent.ts';

export interface Collection {
  /** STORAGE, as given. */
  readonly storage: string | undefined;
  readonly flags: DeletingFlags;
  /** False for a dry run, which needs nobody's consent. */
  readonly deletes: boolean;
  /** A sentence on how to look first, for whoever can't be asked. */
  readonly looking: string;
  /** Stdout is taken, by a plan: people read the report on stderr. */
  readonly reportToStderr?: boolean;
  readonly work: (driver: StorageDriver, options: ApplyOptions) => Promise<GcReport>;
}

/** What `gc`, `gc apply` and `gc resume` share: consent, progress, report and exit code. */
export abstract class GcCommand extends BaseCommand {
  /** Runs the collector on a storage and tells how it went. */
  protected async runCollector(collection: Collection): Promise<GcReport> {
    const { flags, deletes } = collection;
    const reference = await this.readStorage(collection.storage, flags);
    if (deletes) requireConsent(flags.yes, collection.looking);
    const driver = await this.openStorage(reference, flags, deletes ? 'write' : 'read');
    const [{ Question }, { chooseReporter }, { withCacheAdvice }] = await Promise.all([
      import('./gc/confirm.ts'),
      import('./progress/choose.ts'),
      import('./gc/advice.ts'),
    ]);
    const reporter = await chooseReporter({
      output: this.output,
      json: this.jsonEnabled(),
      ndjson: flags.ndjson,
    });
    const question = new Question(this.output, this.interruption);
    const options: ApplyOptions = {
      ...(await this.runOptions(flags)),
      onEvent: (event) => reporter.event(event),
      ...(deletes && !flags.yes && { confirm: (summary) => question.ask(summary) }),
    };
    let report: GcReport;
    try {
      report = withCacheAdvice(await collection.work(driver, options), reference.registryCache);
    } catch (error) {
      throw question.interrupted ? interrupted() : error;
    } finally {
      reporter.stop();
    }
    if (question.interrupted) throw interrupted();
    await this.show(report, collection);
    this.endWith(exitCodeOf(report));
    return report;
  }

  private async runOptions(flags: DeletingFlags): Promise<ApplyOptions> {
    const [{ describeOwner }, { openManifestCache }] = await Promise.all([
      import('./gc/owner.ts'),
      import('./gc/manifest-cache.ts'),
    ]);
    const cache = await openManifestCache(
      flags,
      this.config.cacheDir,
      (url) => this.openUrl(url, flags),
      (message) => this.output.warn(message),
    );
    return {
      owner: describeOwner(),
      signal: this.interruption.signal,
      ...given('concurrency', flags.concurrency),
      ...given('timeoutMs', flags.timeout),
      ...given('maxParallelManifestGets', flags['max-parallel-manifest-gets']),
      ...given('maxDeletePercent', flags['max-delete-percent']),
      ...given('lockTtlMs', flags['lock-ttl']),
      ...given('cache', cache),
    };
  }

  private async show(report: GcReport, { flags, reportToStderr }: Collection): Promise<void> {
    if (flags.ndjson) {
      this.output.data(JSON.stringify({ type: 'report', report }));
      return;
    }
    if (this.jsonEnabled() || !this.output.enabled('info')) return;
    const { reportText } = await import('./views/gc-report.ts');
    if (reportToStderr === true) {
      const lines = reportText(report, this.output.err, this.output.errColumns);
      for (const line of ['', ...lines]) this.output.note(line);
      return;
    }
    if (process.stdout.isTTY) this.output.data();
    for (const line of reportText(report, this.output.out, this.output.columns)) {
      this.output.data(line);
    }
  }
}

function exitCodeOf({ status }: GcReport): ExitCode {
  return { done: EXIT.done, partial: EXIT.partly, declined: EXIT.refused }[status];
}

function interrupted(): CliError {
  return new CliError({ code: 'INTERRUPTED', message: 'Interrupted. Nothing was deleted.' });
}

/** An option that was given; `exactOptionalPropertyTypes` wants the others absent. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [name in Name]: Value });
}
