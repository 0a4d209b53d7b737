import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type BuildOrder, build } from './a-build.ts';

const texts: Readonly<Record<string, string>> = createRequire(import.meta.url)('../../buildspecs/as-text.cjs');
const REVISION = 'a'.repeat(40);
const PACKAGE = JSON.stringify({
  name: 'shop',
  version: '1.0.0',
  scripts: {
    build: 'mkdir -p dist/lib && echo built > dist/index.mjs && echo more > dist/lib/more.mjs',
    test: 'echo tested > tested',
  },
});
const LOCK = JSON.stringify({
  name: 'shop',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'shop', version: '1.0.0' } },
});
const REPOSITORY = { 'package.json': PACKAGE, 'package-lock.json': LOCK };
/** The parameters of serverless.yml with their defaults. */
const params = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error' }).params.default;
const AWS = `
[[ "$*" != *"$AWS_FAILS"* ]] || exit 254
case "$*" in
  s3*) args=("$@"); source="\${args[-2]}"; [ ! -f "$source" ] || cp "$source" "$HOME/kept.zip" ;;
  *describe-images*) [ -f "$HOME/pushed" ] || exit 254; echo "sha256:$(printf 'b%.0s' {1..64})" ;;
  *get-login-password*) echo secret ;;
esac`;

const built = (change: Partial<BuildOrder> = {}, environment: Readonly<Record<string, string>> = {}) =>
  build({
    spec: 'build',
    files: REPOSITORY,
    ...change,
    programs: {
      aws: AWS,
      docker: 'cat >/dev/null </dev/stdin; [ "$1" != push ] || touch "$HOME/pushed"',
      ...change.programs,
    },
    environment: {
      SERVICE: 'checkout',
      REVISION,
      ARTIFACT_BUCKET: 'artifacts',
      BUILD_COMMAND: params.pipelineBuildCommand,
      BUILD_OUTPUT: params.pipelineBuildOutput,
      IMAGE_REPOSITORY: '',
      REGISTRY: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      AWS_FAILS: 'nothing',
      ...environment,
    },
  });

describe('the stage build', () => {
  test('the output of the repository’s own build is stored under its revision, and the pipeline gets the place', async () => {
    const { code, exported, calls, work, said } = await built();
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(exported).toEqual(['object', `builds/checkout/${REVISION}.zip`]);
    expect(calls).toEqual([
      expect.stringMatching(
        new RegExp(`^aws s3 cp --only-show-errors /\\S+/code\\.zip s3://artifacts/builds/checkout/${REVISION}\\.zip$`),
      ),
    ]);
    const zip = readFileSync(join(work, 'kept.zip')).toString('latin1');
    for (const name of ['index.mjs', 'lib/more.mjs']) expect(zip).toContain(name);
    expect(zip).not.toContain('dist/');
  });

  test('the build uses another command and another folder as they are given', async () => {
    const { code, exported } = await built(
      {},
      { BUILD_COMMAND: 'mkdir -p "out put" && echo x > "out put/main"', BUILD_OUTPUT: 'out put' },
    );
    expect({ code, kind: exported[0] }).toEqual({ code: 0, kind: 'object' });
  });

  test.each([
    ['a build that fails', { BUILD_COMMAND: 'false; true' }, ''],
    ['a build that fails in a pipe', { BUILD_COMMAND: 'false | true' }, ''],
    ['a build that names what is not set', { BUILD_COMMAND: 'echo $NOWHERE' }, 'unbound variable'],
    ['a build that leaves nothing', { BUILD_COMMAND: 'true' }, 'The build left nothing in dist.'],
    ['a build that leaves an empty folder', { BUILD_COMMAND: 'mkdir dist' }, 'The build left nothing in dist.'],
    ['a bucket that refuses', { AWS_FAILS: 's3' }, 'The code cannot be written to s3://artifacts/builds/checkout/'],
  ])('%s fails the stage, and no artifact is passed on', async (_what, environment, line) => {
    const { code, said, exported } = await built({}, environment);
    expect({ code, exported }).toEqual({ code: 1, exported: [] });
    expect(said).toContain(line);
  });

  test('an image is pushed under its revision, and passed on by its digest', async () => {
    const { code, exported, calls } = await built({}, { IMAGE_REPOSITORY: 'shop/checkout', BUILD_COMMAND: 'true' });
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout';
    expect(code).toBe(0);
    expect(exported).toEqual(['image', `${image}@sha256:${'b'.repeat(64)}`]);
    expect(calls.filter((call) => call.startsWith('docker'))).toEqual([
      'docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      `docker build --tag ${image}:${REVISION} .`,
      `docker push --quiet ${image}:${REVISION}`,
    ]);
    expect(calls.filter((call) => call.startsWith('s3 ') || call.includes(' s3 '))).toEqual([]);
  });

  test('an image of a revision that already exists is not built again', async () => {
    const environment = { IMAGE_REPOSITORY: 'shop/checkout', BUILD_COMMAND: 'touch "$HOME/pushed"' };
    const { code, exported, calls } = await built({}, environment);
    expect({ code, kind: exported[0] }).toEqual({ code: 0, kind: 'image' });
    expect(calls.filter((call) => call.startsWith('docker'))).toEqual([]);
  });

  test.each(['login', 'build', 'push'])('a docker %s that fails makes the stage fail', async (word) => {
    const docker = `cat >/dev/null </dev/stdin; [ "$1" != ${word} ]`;
    const environment = { IMAGE_REPOSITORY: 'shop/checkout', BUILD_COMMAND: 'true' };
    const { code, exported } = await built({ programs: { docker } }, environment);
    expect({ code, exported }).toEqual({ code: 1, exported: [] });
  });
});

describe('the stage test', () => {
  const tested = (command: string) =>
    build({ spec: 'test', files: REPOSITORY, environment: { TEST_COMMAND: command } });

  test('the stage runs the repository’s own tests', async () => {
    const { code, source } = await tested(params.pipelineTestCommand);
    expect({ code, isTested: existsSync(join(source, 'tested')) }).toEqual({ code: 0, isTested: true });
  });

  test.each(['exit 3', 'false | true', 'echo $NOWHERE'])('tests that fail make the stage fail: %s', async (command) => {
    expect((await tested(command)).code).not.toBe(0);
  });
});

describe('the stage security scan', () => {
  /** Writes its report as the real scanner does. It fails when `FAILING` contains its first argument. */
  const scanner = (output: string) => `
    report="$(sed -n 's/.*--output \\([^ ]*\\).*/\\1/p' <<<"$*")"
    [ -z "$report" ] || echo '{}' >"$report"
    ${output}
    [[ " $FAILING " != *" $1 "* ]]`;
  const scanned = (
    change: Readonly<Record<string, string>> = {},
    files: Readonly<Record<string, string>> = REPOSITORY,
  ) =>
    build({
      spec: 'securityScan',
      phases: ['build'],
      files,
      programs: {
        trivy: scanner(''),
        njsscan: scanner(''),
        npm: `echo '{"vulnerabilities":{}}'; [[ " $FAILING " != *" npm "* ]]`,
        aws: `[[ "$*" != *"$AWS_FAILS"* ]] || exit 254; ls "$4" >"$HOME/kept" 2>/dev/null || ls "$5" >"$HOME/kept"`,
      },
      environment: {
        SERVICE: 'checkout',
        REVISION,
        PIPELINE_RUN: 'run-1',
        REPORT_BUCKET: 'reports',
        SCAN_SEVERITY: params.scanSeverity,
        IMAGES: '',
        FAILING: '',
        AWS_FAILS: 'nothing',
        ...change,
      },
    });
  const kept = `s3://reports/reports/checkout/${REVISION}/run-1/`;

  test('files, configuration, dependencies and code are scanned to the limit, and the reports are stored', async () => {
    const { code, calls, work, said } = await scanned();
    const reports = join(work, 'reports');
    expect({ code, said }).toMatchObject({ code: 0 });
    const trivy = (name: string) =>
      `--quiet --severity HIGH,CRITICAL --exit-code 1 --format sarif --output ${reports}/${name}.sarif`;
    expect(calls).toEqual([
      `trivy filesystem --scanners vuln,secret . ${trivy('files')}`,
      `trivy config . ${trivy('configuration')}`,
      'npm audit --audit-level=high --json',
      `njsscan --sarif --output ${reports}/code.sarif .`,
      `aws s3 cp --recursive --only-show-errors ${reports} ${kept}`,
    ]);
    expect(readFileSync(join(work, 'kept'), 'utf8').trim().split('\n')).toEqual([
      'code.sarif',
      'configuration.sarif',
      'dependencies.json',
      'files.sarif',
    ]);
  });

  test('where the pipeline builds images the image is scanned, and without a lock file no dependencies', async () => {
    const { code, calls } = await scanned({ IMAGES: 'registry/shop' }, {});
    expect(code).toBe(0);
    expect(calls.filter((call) => call.startsWith(`trivy image registry/shop:${REVISION} `))).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith('npm '))).toEqual([]);
  });

  test.each([
    ['LOW', 'LOW,MEDIUM,HIGH,CRITICAL', 'low'],
    ['MEDIUM', 'MEDIUM,HIGH,CRITICAL', 'moderate'],
    ['HIGH', 'HIGH,CRITICAL', 'high'],
    ['CRITICAL', 'CRITICAL', 'critical'],
  ])('each scan gets the limit %s in its own words', async (SCAN_SEVERITY, severities, audit) => {
    const { calls } = await scanned({ SCAN_SEVERITY });
    expect(calls[0]).toContain(`--severity ${severities} `);
    expect(calls).toContain(`npm audit --audit-level=${audit} --json`);
  });

  test.each([
    ['filesystem', 'files'],
    ['config', 'configuration'],
    ['npm', 'dependencies'],
    ['--sarif', 'code'],
    ['image', 'image'],
  ])('a finding of %s stops the pipeline after every other scan, and all reports are stored', async (FAILING, name) => {
    const { code, said, calls } = await scanned({ FAILING, IMAGES: 'shop' });
    expect(code).toBe(1);
    expect(said).toContain(`or a scan that could not run: ${name}. Mend them`);
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['trivy', 'trivy', 'trivy', 'npm', 'njsscan', 'aws']);
  });

  test('the message names all findings', async () => {
    const { said } = await scanned({ FAILING: 'filesystem npm' });
    expect(said).toContain('could not run: files dependencies.');
  });

  test('a scan whose reports cannot be stored fails', async () => {
    const { code, said } = await scanned({ AWS_FAILS: 's3' });
    expect(code).toBe(1);
    expect(said).toContain(`The reports cannot be kept in ${kept}.`);
  });

  test('a scanner that differs from the released one is not run', async () => {
    const curl = 'while [ "$1" != -fsSLo ]; do shift; done; echo tampered >"$2"';
    const { code, said, calls } = await build({ spec: 'securityScan', phases: ['install'], programs: { curl } });
    expect(code).toBe(1);
    expect(said).toContain('is not the one that was released.');
    const platform = process.arch === 'x64' ? '64bit' : 'ARM64';
    expect(calls).toEqual([
      expect.stringContaining(`/aquasecurity/trivy/releases/download/v0.73.0/trivy_0.73.0_Linux-${platform}.tar.gz`),
    ]);
  });

  test('the rules for code are installed from a list with each package, its version and its checksums', () => {
    const list = readFileSync('buildspecs/security-scan-requirements.txt', 'utf8');
    const lines = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.find((line) => line.startsWith('njsscan=='))).toMatch(/^njsscan==1\.0\.2 /);
    for (const line of lines) expect(line).toMatch(/^[\w.-]+==\S+( --hash=sha256:[0-9a-f]{64})+$/);
    const install = parse(texts.securityScan ?? '').phases.install.commands.join('\n');
    for (const line of lines) expect(install).toContain(`\n${line}\n`);
  });
});

test.each(['build', 'test', 'securityScan'])(
  'CodeBuild gets the text of %s unchanged, because serverless.yml finds no variables in it',
  (name) => {
    expect(texts[name]).not.toContain('${');
    expect(parse(texts[name] ?? '')).toMatchObject({ version: 0.2, env: { shell: 'bash' } });
  },
);
