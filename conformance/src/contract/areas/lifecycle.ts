import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf } from '../content.ts';
import { listAll, listedKeys } from '../listing.ts';

export const LIFECYCLE: readonly ContractCheck[] = [
  {
    id: 'R2',
    area: 'lifecycle',
    title: 'drivers on two storages share nothing, and have different ids',
    async run(context) {
      const other = await context.openOther();
      assert.notEqual(other.id, context.driver.id);
      await context.seed(['r/a', 'r/b']);
      assert.deepEqual(await listedKeys(other), []);
      await other.put(parseKey('r/a'), bytesOf('of the other'));
      await context.remove(['r/a']);
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(other), ['r/a']);
      });
      await other.close();
      assert.deepEqual(await listedKeys(context.driver), ['r/b']);
    },
  },
  {
    id: 'R3',
    area: 'lifecycle',
    title: 'leaves nothing behind: what was stored outlives its driver, what was deleted is gone',
    async run(context) {
      const { driver } = context;
      const first = await context.reopen();
      await first.put(parseKey('r/kept'), bytesOf('kept'));
      await first.close();
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(driver), ['r/kept']);
      });
      await context.remove(['r/kept']);
      const { keys } = await listAll(driver);
      assert.equal(keys.size, 0);
      for await (const upload of driver.pendingUploads?.() ?? []) {
        assert.fail(`${upload.key} is left as a pending upload`);
      }
    },
  },
];
