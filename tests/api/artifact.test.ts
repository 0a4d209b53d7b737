/** The API refuses code that Lambda would refuse before a deployment is opened, with a pointer to the name. */
import { StartDeploymentBody } from '../../src/api/contracts/start-deployment.ts';
import { readFields } from '../../src/api/fields/read-fields.ts';
import { OpenDeliveryInput } from '../../src/operations/pipeline/open-delivery.ts';

const BUCKET = { bucket: 'builds', key: 'checkout.zip' };
const problems = (artifact: object) => {
  const read = readFields(StartDeploymentBody, { service: 'checkout', artifact });
  return read.ok ? [] : read.errors.map(({ pointer }) => pointer);
};
const delivered = (artifact: object) => {
  const order = { service: 'checkout', pipelineRun: 'run-1', revision: 'abc', delivery: 'x' };
  return readFields(OpenDeliveryInput, { ...order, artifact: { kind: 'object', bucket: 'builds', ...artifact } }).ok;
};

test.each(['ab', 'abc.', 'a b', 'bücket', 'abc\n', 'x'.repeat(64), ''])(
  'the bucket %j is refused by the API and in a delivery',
  (bucket) => {
    expect(problems({ s3: { ...BUCKET, bucket } })).toEqual(['/artifact/s3/bucket']);
    expect(delivered({ bucket, reference: 'checkout.zip' })).toBe(false);
  },
);

test.each(['', 'a\nb', 'a\tb', 'a\u0085b', 'x'.repeat(1_025), 'ü'.repeat(513)])(
  'the key %j is refused by the API and in a delivery',
  (key) => {
    expect(problems({ s3: { ...BUCKET, key } })).toEqual(['/artifact/s3/key']);
    expect(delivered({ reference: key })).toBe(false);
  },
);

test.each(['', 'a b', 'v\n', 'x'.repeat(1_025)])('the object version %j is refused', (objectVersion) => {
  expect(problems({ s3: { ...BUCKET, objectVersion } })).toEqual(['/artifact/s3/objectVersion']);
});

test.each(['', 'repo/app latest', 'app:1\n', 'äpp:1', 'x'.repeat(2_001)])(
  'the image %j is refused by the API and in a delivery',
  (image) => {
    expect(problems({ image })).toEqual(['/artifact/image']);
    expect(delivered({ kind: 'image', reference: image })).toBe(false);
  },
);

test.each([
  { s3: { bucket: 'abc', key: 'ü'.repeat(512), objectVersion: 'null' } },
  { s3: { bucket: 'Old_Name.of-2010', key: ' with spaces/and 日本' } },
  { image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1.2@sha256:00' },
  { image: 'orders:1.0.0' },
])('the artifact %j is accepted', (artifact) => {
  expect(problems(artifact)).toEqual([]);
});

const versionOf = (version: unknown) => {
  const read = readFields(StartDeploymentBody, { service: 'checkout', version });
  return read.ok ? read.value.version : read.errors;
};

test.each([
  [44, '44'],
  ['44', '44'],
  ['latest', 'latest'],
  ['$LATEST', 'latest'],
  ['v0123456789ab', 'v0123456789ab'],
  ['arn:aws:lambda:eu-west-1:123456789012:function:shop:44', 'arn:aws:lambda:eu-west-1:123456789012:function:shop:44'],
])('the version %j is read as %j, also in an artifact', (given, taken) => {
  expect(versionOf(given)).toBe(taken);
  const read = readFields(StartDeploymentBody, { service: 'checkout', artifact: { version: given } });
  expect(read).toMatchObject({ ok: true, value: { artifact: { version: taken } } });
});

test.each([0, -1, 4.5, '044', 'LATEST', 'live', '', null, true, {}, 1e21])(
  'the version %j is refused with the forms that are valid',
  (given) => {
    expect(versionOf(given)).toEqual([
      {
        pointer: '/version',
        detail: expect.stringMatching(/^The version is .*; write "latest" .* such as 42, its ARN/),
      },
    ]);
  },
);
