import { describe, expect, it } from 'vitest';
import { bytes, deleteOne, key, keysOf, openContainer, textOf } from './support.ts';

const LINK = 'docker/registry/v2/repositories/app/_manifests/tags/v1/current/link';

describe('the root of a storage', () => {
  it.each([
    ['', false, ''],
    ['/', false, ''],
    ['/a/b/', false, 'a/b/'],
    ['a', false, 'a/'],
    ['', true, '/'],
    ['/a/b/', true, '/a/b/'],
  ])('%j (legacy: %s) is %j in the container', async (root, legacyRoot, text) => {
    const { open, container } = await openContainer();
    const driver = open({ root, legacyRoot });
    container.put(`${text}${LINK}`, 'sha256:abc');
    container.put(`other/${LINK}`, 'sha256:other');
    expect(await textOf(driver, key(LINK))).toBe('sha256:abc');
    expect(await keysOf(driver)).toContain(LINK);
    await driver.put(key('dunnage/lock'), bytes('x'));
    expect(container.object(`${text}dunnage/lock`)).toBeDefined();
    expect((await deleteOne(driver, LINK)).outcome).toBe('deleted');
    expect(container.object(`${text}${LINK}`)).toBeUndefined();
    expect(container.object(`other/${LINK}`)).toBeDefined();
  });

  it('touches nothing beside it', async () => {
    const { open, container } = await openContainer();
    const driver = open({ root: 'a' });
    for (const name of ['a/x', 'ab/x', 'a', 'b/x']) container.put(name, '');
    expect(await keysOf(driver)).toEqual(['x']);
    expect((await deleteOne(driver, 'x')).outcome).toBe('deleted');
    expect(container.names()).toEqual(['a', 'ab/x', 'b/x']);
  });
});

describe('data below the other root', () => {
  it.each([
    [false, '/', 'add legacyroot=true'],
    [true, '', 'take away legacyroot=true'],
  ])('is told of, and left alone (legacy: %s)', async (legacyRoot, other, advice) => {
    const { open, container, warnings } = await openContainer();
    container.put(`${other}${LINK}`, 'sha256:abc');
    const driver = open({ legacyRoot });
    await driver.capabilities();
    await driver.capabilities();
    const told = warnings.filter((warning) => warning.includes(advice));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(JSON.stringify(`${other}docker/registry/v2/`));
    expect(await keysOf(driver)).toEqual([]);
    expect(container.object(`${other}${LINK}`)).toBeDefined();
  });

  it('is not told of where there is none', async () => {
    const { driver, container, warnings } = await openContainer();
    container.put(LINK, 'sha256:abc');
    await driver.capabilities();
    expect(warnings).toEqual([]);
  });
});
