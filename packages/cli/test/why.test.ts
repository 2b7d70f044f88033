import { expect, test } from 'vitest';
import { dunnage, json } from './support/dunnage.ts';
import { makeRegistry, snapshot } from './support/registry.ts';

test('a layer that two images share stays because of each', async () => {
  const { root, liveLayer } = await makeRegistry();
  const before = await snapshot(root);
  const { code, stdout } = await dunnage(['why', liveLayer, root]);
  expect(code).toBe(0);
  expect(stdout).toContain(liveLayer);
  expect(stdout).toContain('stays');
  for (const tag of ['v1', 'v2']) {
    // From the tag down to the layer, each step below the one that holds it.
    expect(stdout).toMatch(
      new RegExp(
        ` {2}tag app:${tag}\n {2}└─ points at manifest .*\n {5}└─ has as a layer blob ${liveLayer}`,
      ),
    );
  }
  expect(await snapshot(root)).toEqual(before);
});

test('a layer of an untagged image stays, or goes with -m', async () => {
  const { root, deadLayer } = await makeRegistry();
  const kept = await dunnage(['why', deadLayer, root, '--json']);
  expect(json(kept)).toMatchObject({ verdict: 'live', subject: { digest: deadLayer } });
  const gone = await dunnage(['why', deadLayer, root, '--json', '-m']);
  expect(json(gone)).toMatchObject({ verdict: 'garbage', chains: [] });
});

test('tags and digests in repositories are subjects, too', async () => {
  const { root, liveLayer } = await makeRegistry();
  const tag = json(await dunnage(['why', 'app:v1', root, '--json']));
  expect(tag).toMatchObject({ subject: { kind: 'tag', repository: 'app', tag: 'v1' } });
  const inRepository = await dunnage(['why', `app@${liveLayer}`, root, '--json']);
  expect(json(inRepository)).toMatchObject({ subject: { repository: 'app', digest: liveLayer } });
  const none = await dunnage(['why', 'app:v9', root, '--json']);
  expect(json(none)).toMatchObject({ verdict: 'absent' });
});

test('chains that are not shown are counted', async () => {
  const { root, liveLayer } = await makeRegistry();
  const { stdout } = await dunnage(['why', liveLayer, root, '--max-chains', '1']);
  expect(stdout).toMatch(/… and \d+ more chains? \(--max-chains shows more\)/);
});

test.each([
  ['sha256:12ab', 'not a whole digest'],
  ['app@sha256:xyz', 'not a whole digest'],
])('%s is a usage error', async (subject, words) => {
  const { root } = await makeRegistry();
  const { code, stderr } = await dunnage(['why', subject, root]);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});
