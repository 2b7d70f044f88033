import { CoreError } from '@dunnage/core';
import { StorageError } from '@dunnage/driver-api';
import { EXIT } from 'dunnage';
import { expect, test } from 'vitest';
import { describeFailure } from '../dist/errors/failure.js';

function listingThatBroke(cause?: Error): CoreError {
  return new CoreError({ code: 'LISTING_INCOMPLETE', message: 'the listing of a/ failed', cause });
}

test('a listing that breaks off for want of permission is told as an unusable environment', () => {
  const denied = new StorageError({
    code: 'PERMISSION_DENIED',
    op: 'list',
    driver: 'fs',
    message: 'cannot list a/: permission denied',
  });
  expect(describeFailure(listingThatBroke(denied)).exit).toBe(EXIT.environment);
});

test('a listing that breaks off for no reason of the storage is a failure', () => {
  expect(describeFailure(listingThatBroke()).exit).toBe(EXIT.failed);
  expect(describeFailure(listingThatBroke(new Error('?'))).exit).toBe(EXIT.failed);
});
