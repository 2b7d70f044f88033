import { parsePrefix, StorageError } from '@dunnage/driver-api';
import type { Key, ListPage, Prefix } from '@dunnage/driver-api';
import { changeListed, changePages, changeWhole } from './mutant.ts';
import type { Mutant } from './mutant.ts';

export const LISTING: readonly Mutant[] = [
  {
    name: 'drops the last entry of each page that is not the last one',
    caughtBy: 'E1',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page) =>
        page.complete ? page : { ...page, objects: page.objects.slice(0, -1) },
      ),
    }),
  },
  ...[100, 1000, 5000].map((limit): Mutant => ({
    name: `lists ${limit} objects at most and calls that complete`,
    caughtBy: limit === 100 ? 'E1' : 'E1b',
    spoil: (driver) => ({
      ...driver,
      list: changeWhole(driver, (objects) => objects.slice(0, limit)),
    }),
  })),
  {
    name: 'gives the first page again and again',
    caughtBy: 'E1',
    spoil: (driver) => ({
      ...driver,
      async *list(options) {
        for await (const page of driver.list(options)) for (;;) yield page;
      },
    }),
  },
  {
    name: 'repeats the last entry of a page on the next one',
    caughtBy: 'E1',
    spoil(driver) {
      return {
        ...driver,
        async *list(options) {
          let last: ListPage['objects'] = [];
          for await (const page of driver.list(options)) {
            yield { ...page, objects: [...last, ...page.objects].slice(0, options?.pageSize) };
            last = page.objects.slice(-1);
          }
        },
      };
    },
  },
  {
    name: 'never says complete',
    caughtBy: 'E9',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page) => ({ ...page, complete: false })),
    }),
  },
  {
    name: 'says complete on each page',
    caughtBy: 'E9',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page) => ({ ...page, complete: true })),
    }),
  },
  {
    name: 'ends after the first page without saying complete',
    caughtBy: 'E9',
    spoil: (driver) => ({
      ...driver,
      async *list(options) {
        for await (const page of driver.list(options)) {
          yield page;
          return;
        }
      },
    }),
  },
  {
    name: 'adds an empty page after the complete one',
    caughtBy: 'E9',
    spoil: (driver) => ({
      ...driver,
      async *list(options) {
        yield* driver.list(options);
        yield { objects: [], prefixes: [], complete: true };
      },
    }),
  },
  {
    name: 'sorts by UTF-16 units',
    caughtBy: 'E2',
    spoil: (driver) => ({
      ...driver,
      list: changeWhole(driver, (objects) => objects.sort((a, b) => (a.key < b.key ? -1 : 1))),
    }),
  },
  {
    name: 'sorts directory by directory',
    caughtBy: 'E2',
    spoil: (driver) => ({
      ...driver,
      list: changeWhole(driver, (objects) => {
        const path = (key: string): string => key.replaceAll('/', '\u0001');
        return objects.sort((a, b) => (path(a.key) < path(b.key) ? -1 : 1));
      }),
    }),
  },
  {
    name: 'lists siblings whose names begin like the prefix',
    caughtBy: 'B4',
    spoil: (driver) => ({
      ...driver,
      async *list({ prefix = '' as Prefix, depth, ...options } = {}) {
        if (prefix === '' || depth === 'children')
          yield* driver.list({ prefix, depth: depth ?? 'recursive', ...options });
        else {
          const start = prefix.slice(0, -1);
          yield* changeWhole(driver, (all) => all.filter(({ key }) => key.startsWith(start)))(
            options,
          );
        }
      },
    }),
  },
  {
    name: 'ignores the prefix',
    caughtBy: 'E11',
    spoil: (driver) => ({
      ...driver,
      list: ({ prefix, ...options } = {}) =>
        driver.list(prefix === undefined ? options : { ...options }),
    }),
  },
  {
    name: 'fails for a prefix without objects',
    caughtBy: 'E11',
    spoil: (driver) => ({
      ...driver,
      async *list(options) {
        let found = false;
        for await (const page of driver.list(options)) {
          found ||= page.objects.length + page.prefixes.length > 0;
          if (page.complete && !found) {
            const message = 'there is no such prefix';
            throw new StorageError({ code: 'NOT_FOUND', op: 'list', driver: 'memory', message });
          }
          yield page;
        }
      },
    }),
  },
  {
    name: 'takes startAfter as inclusive',
    caughtBy: 'E4',
    spoil: (driver) => ({
      ...driver,
      list({ startAfter, ...options } = {}) {
        if (startAfter === undefined) return driver.list(options);
        return changeWhole(driver, (all) => all.filter(({ key }) => key >= startAfter))(options);
      },
    }),
  },
  {
    name: 'ignores startAfter',
    caughtBy: 'E4',
    spoil: (driver) => ({
      ...driver,
      list: ({ startAfter, ...options } = {}) =>
        driver.list(startAfter === undefined ? options : { ...options }),
    }),
  },
  {
    name: 'lists nothing where startAfter is above the prefix',
    caughtBy: 'E4',
    spoil: (driver) => ({
      ...driver,
      list({ startAfter, ...options } = {}) {
        if (startAfter === undefined) return driver.list(options);
        const above = (options.prefix ?? '').startsWith(startAfter);
        return driver.list({ ...options, startAfter: above ? ('\u{10ffff}' as Key) : startAfter });
      },
    }),
  },
  {
    name: 'ignores the page size',
    caughtBy: 'E3',
    spoil: (driver) => ({
      ...driver,
      list: ({ pageSize, ...options } = {}) =>
        driver.list(pageSize === undefined ? options : { ...options }),
    }),
  },
  {
    name: 'starts from the beginning whatever the cursor',
    caughtBy: 'E5',
    spoil: (driver) => ({
      ...driver,
      list: ({ cursor, ...options } = {}) =>
        driver.list(cursor === undefined ? options : { ...options }),
    }),
  },
  {
    name: 'skips an object after each cursor',
    caughtBy: 'E5',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page, { cursor }) =>
        cursor === undefined ? page : { ...page, objects: page.objects.slice(1) },
      ),
    }),
  },
  {
    name: 'gives a prefix again on the next page of children',
    caughtBy: 'E6',
    spoil: (driver) => ({
      ...driver,
      async *list(options) {
        let last: readonly Prefix[] = [];
        for await (const page of driver.list(options)) {
          yield page.objects.length > 0 ? { ...page, prefixes: [...last, ...page.prefixes] } : page;
          last = page.prefixes.slice(-1);
        }
      },
    }),
  },
  {
    name: 'leaves out a prefix of a listing of children',
    caughtBy: 'E6',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page) => ({
        ...page,
        prefixes: page.prefixes.filter((prefix) => !prefix.endsWith('-b/')),
      })),
    }),
  },
  {
    name: 'leaves out what is more than three levels deep',
    caughtBy: 'E7',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page, { depth }) => ({
        ...page,
        objects:
          depth === 'children'
            ? page.objects
            : page.objects.filter(({ key }) => key.split('/').length <= 4),
      })),
    }),
  },
  {
    name: 'lists directories as empty objects',
    caughtBy: 'E14',
    spoil: (driver) => ({
      ...driver,
      list: changeWhole(driver, (objects) =>
        [
          ...new Set(
            objects.map(({ key }) => key.slice(0, Math.max(key.lastIndexOf('/'), 1)) as Key),
          ),
        ]
          .map((key) => ({ key, size: 0, modified: 0 }))
          .concat(objects as never),
      ),
    }),
  },
  {
    name: 'lists a wrong size',
    caughtBy: 'E8',
    spoil: (driver) => ({
      ...driver,
      list: changeListed(driver, (object) => ({ ...object, size: (object.size ?? 0) + 1 })),
    }),
  },
  {
    name: 'lists the present as the time of the last write',
    caughtBy: 'H5',
    spoil: (driver) => ({
      ...driver,
      list: changeListed(driver, (object) => ({ ...object, modified: Date.now() })),
    }),
  },
  {
    name: 'lists an etag in quotes that stat gives without',
    caughtBy: 'A4',
    spoil: (driver) => ({
      ...driver,
      list: changeListed(driver, (object) => ({ ...object, etag: `"${object.etag}"` })),
    }),
  },
  {
    name: 'lists fewer objects where keys are enough',
    caughtBy: 'E15',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page, { detail }) =>
        detail === 'keys' ? { ...page, objects: page.objects.slice(1) } : page,
      ),
    }),
  },
  {
    name: 'counts pages by position, and so skips objects when earlier ones go',
    caughtBy: 'E10',
    spoil: (driver) => ({
      ...driver,
      async *list({ pageSize = 1000, ...options } = {}) {
        for (let at = 0; ; at += pageSize) {
          const all = [];
          for await (const page of driver.list(options)) all.push(...page.objects);
          const complete = at + pageSize >= all.length;
          yield { objects: all.slice(at, at + pageSize), prefixes: [], complete };
          if (complete) return;
        }
      },
    }),
  },
  {
    name: 'takes a prefix without a slash at its end',
    caughtBy: 'B2',
    spoil: (driver) => ({
      ...driver,
      list: ({ prefix = '' as Prefix, ...options } = {}) =>
        driver.list({
          ...options,
          prefix: prefix === '' ? prefix : parsePrefix(`${prefix.replaceAll(/[./]+$/g, '')}/`),
        }),
    }),
  },
  {
    name: 'leaves out what is very deep',
    caughtBy: 'E12',
    spoil: (driver) => ({
      ...driver,
      list: changePages(driver, (page) => ({
        ...page,
        objects: page.objects.filter(({ key }) => key.split('/').length < 40),
      })),
    }),
  },
];
