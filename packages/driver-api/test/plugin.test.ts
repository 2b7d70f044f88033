import { API_VERSION, explainInvalidModule, explainInvalidRegistration } from '@dunnage/driver-api';
import type { DriverRegistration } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';

const REGISTRATION: DriverRegistration = {
  api: API_VERSION,
  name: 'b2',
  schemes: ['b2'],
  registryNames: [],
  summary: 'Backblaze B2',
  example: 'b2://bucket/root',
  load: async () => ({ open: () => Promise.reject(new Error('not opened here')) }),
};

describe('explainInvalidRegistration', () => {
  it('has nothing to say of a good one', () => {
    expect(explainInvalidRegistration(REGISTRATION)).toEqual([]);
  });

  it.each([
    ['api', 2, 'this host speaks 1'],
    ['api', undefined, 'this host speaks 1'],
    ['name', 'B2', 'lower-case letters'],
    ['name', '', 'lower-case letters'],
    ['schemes', 'b2', '"schemes" is not an array of strings'],
    ['registryNames', [1], '"registryNames" is not an array of strings'],
    ['summary', undefined, '"summary" is not a string'],
    ['example', 5, '"example" is not a string'],
    ['load', {}, '"load" is not a function'],
  ])('says what is wrong with %s: %j', (field, value, why) => {
    const reasons = explainInvalidRegistration({ ...REGISTRATION, [field]: value });
    expect(reasons).toEqual([expect.stringContaining(why)]);
  });

  it('says everything that is wrong at once', () => {
    expect(explainInvalidRegistration({}).length).toBe(7);
  });

  it.each([undefined, null, 'b2', 1])('is not confused by %j', (value) => {
    expect(explainInvalidRegistration(value)).toEqual(['it is not an object']);
  });
});

describe('explainInvalidModule', () => {
  it('wants an open function', async () => {
    expect(explainInvalidModule(await REGISTRATION.load())).toEqual([]);
    for (const value of [{}, { open: 1 }, null, undefined]) {
      expect(explainInvalidModule(value)).toEqual(['it has no "open" function']);
    }
  });
});
