import type { Probe } from '../probe.ts';
import { outcome, outcomes, textOf, textsOf } from '../reading.ts';
import type { Answer } from '../wire.ts';

/** Buckets themselves. */
export const bucketProbes: readonly Probe[] = [
  {
    name: 'what buckets tell of themselves',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const ask = (by: string): Promise<Answer> =>
        wire.send('GET', `/${bucket}`, { query: { [by]: '' } });
      const head = await wire.send('HEAD', `/${bucket}`);
      const location = textOf(await ask('location'), 'LocationConstraint');
      const { region } = wire.endpoint;
      return {
        head: [head.status, head.text, head.headers['x-amz-bucket-region'] === region],
        location: location === (region === 'us-east-1' ? '' : region),
        versioning: [outcome(await ask('versioning')), textOf(await ask('versioning'), 'Status')],
        lifecycle: outcome(await ask('lifecycle')),
        listed: textsOf(await wire.send('GET', '/'), 'Name').includes(bucket),
        trailingSlash: outcome(await wire.send('HEAD', `/${bucket}/`)),
      };
    },
    facts: {
      head: [200, '', true],
      location: true,
      versioning: ['200', undefined],
      lifecycle: '404 NoSuchLifecycleConfiguration',
      listed: true,
      trailingSlash: '200',
    },
  },
  {
    name: 'making and removing buckets',
    run: async (wire) => {
      const bucket = await wire.fill(await wire.bucket(), ['a']);
      const remove = (): Promise<Answer> => wire.send('DELETE', `/${bucket}`);
      return {
        ...(await outcomes({ full: () => remove() })),
        emptied: await wire.delete(bucket, 'a').then(async () => outcome(await remove())),
        gone: outcome(await wire.send('HEAD', `/${bucket}`)),
        again: outcome(await remove()),
        badName: outcome(await wire.send('PUT', `/${bucket}_Not-Good`)),
        badStatus: await wire.bucket().then(async (other) =>
          outcome(
            await wire.send('PUT', `/${other}`, {
              query: { versioning: '' },
              body: '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Perhaps</Status></VersioningConfiguration>',
            }),
          ),
        ),
      };
    },
    facts: {
      full: '409 BucketNotEmpty',
      emptied: '204',
      gone: '404',
      again: '404 NoSuchBucket',
      badName: '400 InvalidBucketName',
      badStatus: '400 MalformedXML',
    },
  },
];
