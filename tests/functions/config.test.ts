import { config } from '../../src/config.ts';

const before = { ...process.env };
afterEach(() => {
  const touched = [
    'FORWARD_CALLS_PER_SECOND',
    'DATABASE_URL',
    'KUBECTL',
    'MANIFESTS_ROOT',
    'STAGE',
    'PIPELINE_NAME',
    'PIPELINE_SERVICE',
    'PIPELINE_IMAGES',
    'PIPELINE_BUCKET',
  ];
  for (const name of touched) delete process.env[name];
  Object.assign(process.env, before);
});

test('a variable is read when it is requested, and a missing variable is named', () => {
  process.env.DATABASE_URL = 'postgres://db/slipway';
  expect(config.DATABASE_URL).toBe('postgres://db/slipway');
  process.env.DATABASE_URL = '';
  expect(() => config.DATABASE_URL).toThrow(
    expect.objectContaining({ name: 'Broken', message: expect.stringContaining('DATABASE_URL is not set') }),
  );
});

test('a setting with a default has its default when it is not set', () => {
  for (const name of ['KUBECTL', 'MANIFESTS_ROOT', 'STAGE']) delete process.env[name];
  expect(config).toMatchObject({ KUBECTL: 'kubectl', MANIFESTS_ROOT: '.', STAGE: 'dev' });
});

test('no caller is allowed by default: no issuer, no key, and the policy that comes with Slipway', () => {
  expect(config).toMatchObject({ OIDC_ISSUERS: '', TOKEN_KEY_ID: undefined, ACCESS_POLICY: 'access-policy.json' });
  expect(() => config.TOKEN_AUDIENCE).toThrow(/TOKEN_AUDIENCE is not set/);
  expect(() => config.TOKEN_ISSUER).toThrow(/TOKEN_ISSUER is not set/);
});

test("deployments use ten calls of the control plane a second, or the configured number within AWS's limit", () => {
  delete process.env.FORWARD_CALLS_PER_SECOND;
  expect(config.FORWARD_CALLS_PER_SECOND).toBe(10);
  process.env.FORWARD_CALLS_PER_SECOND = '14';
  expect(config.FORWARD_CALLS_PER_SECOND).toBe(14);
  for (const given of ['0', '15', '2.5', 'all']) {
    process.env.FORWARD_CALLS_PER_SECOND = given;
    expect(() => config.FORWARD_CALLS_PER_SECOND).toThrow(/whole number from 1 to 14/);
  }
});

test('rows are kept for the configured number of days, from one to ten years', () => {
  for (const name of ['OUTBOX_DAYS', 'EVIDENCE_DAYS'] as const) {
    delete process.env[name];
    expect(config[name]).toBe(name === 'OUTBOX_DAYS' ? 7 : 90);
    process.env[name] = '30';
    expect(config[name]).toBe(30);
    for (const given of ['0', '3651', '2.5', 'all']) {
      process.env[name] = given;
      expect(() => config[name]).toThrow(/whole number from 1 to 3650/);
    }
    delete process.env[name];
  }
});

test('the name and the service of the pipeline are empty without a pipeline, and are read with one', () => {
  process.env.PIPELINE_NAME = '';
  delete process.env.PIPELINE_SERVICE;
  expect(config).toMatchObject({ PIPELINE_NAME: undefined, PIPELINE_SERVICE: undefined });
  process.env.PIPELINE_NAME = 'slipway-dev-delivery';
  process.env.PIPELINE_SERVICE = 'checkout';
  expect(config).toMatchObject({ PIPELINE_NAME: 'slipway-dev-delivery', PIPELINE_SERVICE: 'checkout' });
  process.env.PIPELINE_IMAGES = '';
  expect(config.PIPELINE_IMAGES).toBeUndefined();
  process.env.PIPELINE_IMAGES = 'registry/checkout';
  process.env.PIPELINE_BUCKET = 'artifacts';
  expect(config).toMatchObject({ PIPELINE_IMAGES: 'registry/checkout', PIPELINE_BUCKET: 'artifacts' });
});
