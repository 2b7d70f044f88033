import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isStorageError, parseKey } from '@dunnage/driver-api';
import type { Key, StorageError } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf } from '../content.ts';
import { drain, fails } from '../expect.ts';

const KEY = parseKey('j/missing');

export const ERRORS: readonly ContractCheck[] = [
  {
    id: 'J3',
    area: 'errors',
    title:
      'errors say what failed: code, verb, driver, key, whether it took effect and may be retried',
    async run({ driver }) {
      const cases: readonly (readonly [string, StorageError, string | undefined])[] = [
        ['get', await fails('NOT_FOUND', () => driver.get(KEY)), KEY],
        ['put', await fails('CORRUPT', () => driver.put(KEY, bytesOf('x'), { size: 2 })), KEY],
        ['stat', await fails('INVALID_KEY', () => driver.stat('a//b' as Key)), undefined],
        [
          'list',
          await fails('INVALID_ARGUMENT', () => drain(driver.list({ pageSize: 0 }))),
          undefined,
        ],
      ];
      for (const [op, error, key] of cases) {
        assert.ok(isStorageError(error));
        assert.equal(error.op, op);
        assert.ok(error.driver.startsWith(driver.name), `the driver is called ${error.driver}`);
        if (key !== undefined) assert.equal(error.key, key);
        assert.equal(error.applied, 'no');
        assert.ok(['never', 'safe', 'after-backoff'].includes(error.retry));
        assert.ok(error.message.length > 10, 'a message of a few words at least');
      }
    },
  },
  {
    id: 'J4',
    area: 'errors',
    title: 'errors can be told apart by their fields alone, as data, and printed',
    async run({ driver }) {
      const error = await fails('NOT_FOUND', () => driver.get(KEY));
      const data = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
      assert.equal(data['code'], 'NOT_FOUND');
      assert.equal(data['key'], KEY);
      assert.match(inspect(error), /NOT_FOUND/);
    },
  },
];
