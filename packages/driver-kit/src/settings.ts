import { StorageError } from '@dunnage/driver-api';
import type { DriverSource, OpenContext } from '@dunnage/driver-api';

/** Words that mean yes and no, as YAML, URLs and environments spell them. */
const FLAGS: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, on: true, '1': true },
  ...{ false: false, no: false, off: false, '0': false },
};

/**
 * Named values that somebody wrote, read one by one and checked. What was never asked for is unknown:
 * {@link finish} says so.
 */
export class Settings {
  readonly #driver: string;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #label: (name: string) => string;
  readonly #asked = new Set<string>();

  /** @param label how a name is shown: `storage.s3.region`, `"region" in the URL`. */
  constructor(
    driver: string,
    values: Iterable<readonly [string, unknown]>,
    label: (name: string) => string,
  ) {
    this.#driver = driver;
    this.#values = new Map(
      [...values].filter(([, value]) => value !== undefined && value !== null),
    );
    this.#label = label;
  }

  /** Text that is not empty; an empty one counts as not given, as in the registry's own configuration. */
  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') return value;
    // YAML reads 123456 as a number where a name is meant.
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.invalid(name, 'it must be text');
  }

  flag(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    const flag = typeof value === 'boolean' ? value : FLAGS[plain(value).toLowerCase()];
    if (flag === undefined) throw this.invalid(name, 'it must be true or false');
    return flag;
  }

  /** A whole number. */
  count(name: string, least = 0, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    const number = typeof value === 'number' ? value : Number(plain(value).trim() || Number.NaN);
    if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw this.invalid(name, `it must be a whole number ${range}`);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const choice = choices.find((each) => each === value.toLowerCase());
    if (choice === undefined) throw this.invalid(name, `it must be one of ${choices.join(', ')}`);
    return choice;
  }

  /** A section of values of its own, such as the registry's `credentials`; absent when not given. */
  section(name: string): Settings | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.invalid(name, 'it must be a section with values of its own');
    }
    return new Settings(this.#driver, Object.entries(value), (inner) =>
      this.#label(`${name}.${inner}`),
    );
  }

  /** A value of any shape, for what the caller hands on as it is. */
  raw(name: string): unknown {
    return this.#take(name);
  }

  /** Marks names that mean something to the registry but nothing here. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** Names that were given and never asked for. */
  unknown(): string[] {
    return [...this.#values.keys()].filter((name) => !this.#asked.has(name));
  }

  /** An error about a value; the value itself is not shown, it may be a secret. */
  invalid(name: string, why: string): StorageError {
    return configInvalid(this.#driver, `${this.#label(name)} is not usable: ${why}`);
  }

  /** Warns of each unknown value. */
  warnOfUnknown(context: Pick<OpenContext, 'warn'>): void {
    for (const name of this.unknown()) {
      context.warn(`${this.#label(name)} is not known here and is ignored`);
    }
  }

  /** @throws {StorageError} `CONFIG_INVALID`, naming the unknown value and what is accepted. */
  refuseUnknown(): void {
    const [first] = this.unknown();
    if (first === undefined) return;
    throw this.invalid(first, `it is not known; accepted: ${[...this.#asked].sort().join(', ')}`);
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.#values.get(name);
  }
}

/** The parameters of the registry's own section; each unknown one is to be warned of. */
export function registrySettings(
  driver: string,
  source: Extract<DriverSource, { from: 'registry-config' }>,
): Settings {
  const { name, parameters } = source;
  return new Settings(driver, Object.entries(parameters), (each) => `storage.${name}.${each}`);
}

/** Text and numbers as text; anything else as text that no check accepts. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'not text';
}

/** An error that names what is wrong with the configuration. */
export function configInvalid(driver: string, message: string): StorageError {
  return new StorageError({ code: 'CONFIG_INVALID', op: 'open', driver, message });
}
