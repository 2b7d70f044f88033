import { GcsError } from '../errors.ts';

/** A parsed `fields` parameter: what to keep of an object. `true`: all of it. */
type Selection = true | ReadonlyMap<string, Selection>;

/** What fields there are: `true` for a value, or an object whose fields are not listed. */
export interface Schema {
  readonly [field: string]: true | Schema;
}

/**
 * A partial response, as the `fields` parameter asks for.
 * @throws GcsError 400 when it is not well-formed or names a field that there is none of
 */
export function selectFields(
  value: Readonly<Record<string, unknown>>,
  fields: string | null,
  schema: Schema,
): Readonly<Record<string, unknown>> {
  if (fields === null || fields === '') return value;
  const selection = new Parser(fields).parse();
  check(selection, schema, '');
  return pick(value, selection) as Readonly<Record<string, unknown>>;
}

function check(selection: Selection, schema: true | Schema, path: string): void {
  if (selection === true || schema === true) return;
  for (const [name, inner] of selection) {
    if (name === '*') {
      for (const field of Object.values(schema)) check(inner, field, path);
      continue;
    }
    const field = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (field === undefined) throw invalidSelection(path + name);
    check(inner, field, `${path}${name}/`);
  }
}

function pick(value: unknown, selection: Selection): unknown {
  if (selection === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, selection));
  const picked: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const inner = selection.get(name) ?? selection.get('*');
    if (inner !== undefined) picked[name] = pick(item, inner);
  }
  return picked;
}

function invalidSelection(text: string): GcsError {
  return new GcsError(400, 'invalidParameter', `Invalid field selection ${text}`, {
    parameter: 'fields',
  });
}

/** Reads `a,b/c,d(e,f/g)`. */
class Parser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Selection {
    const selection = this.#list();
    if (this.#position < this.#text.length) throw invalidSelection(this.#text);
    return selection;
  }

  #list(): Selection {
    const list = new Map<string, Selection>();
    do {
      const name = this.#name();
      const inner = this.#inner();
      list.set(name, merge(list.get(name), inner));
    } while (this.#take(','));
    return list;
  }

  #inner(): Selection {
    if (this.#take('/')) {
      const name = this.#name();
      return new Map([[name, this.#inner()]]);
    }
    if (!this.#take('(')) return true;
    const list = this.#list();
    if (!this.#take(')')) throw invalidSelection(this.#text);
    return list;
  }

  #name(): string {
    const [name] = /^\s*(?:\*|[A-Za-z_][\w-]*)\s*/.exec(this.#text.slice(this.#position)) ?? [];
    if (name === undefined) throw invalidSelection(this.#text);
    this.#position += name.length;
    return name.trim();
  }

  #take(character: string): boolean {
    const found = this.#text[this.#position] === character;
    if (found) this.#position++;
    return found;
  }
}

/** Both selections of a field that is named twice. */
function merge(one: Selection | undefined, other: Selection): Selection {
  if (one === undefined) return other;
  if (one === true || other === true) return true;
  const merged = new Map(one);
  for (const [name, inner] of other) merged.set(name, merge(merged.get(name), inner));
  return merged;
}
