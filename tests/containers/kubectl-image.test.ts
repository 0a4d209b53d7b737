import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import { aStandIn } from '../kubernetes/a-stand-in.ts';
import { aTarget, orders } from './an-order.ts';

const run = promisify(execFile);
const read = (path: string) => readFileSync(path, 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'slipway-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the Dockerfile of the task', () => {
  const stages = read('docker/kubectl-task/Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .trim()
    .split(/^(?=FROM )/m)
    .map((stage) => stage.split('\n').filter((line) => line !== ''));
  const instructions = stages.flat();
  const last = stages.at(-1) ?? [];
  const majorOf = (version = '') => /\d+/.exec(version)?.[0];

  test('the Dockerfile builds kubectl and the task in separate stages, whose tools stay out of the image', () => {
    const bases = stages.map(([from = '']) => /(\S+?)(-trixie(?:-slim)?)(?: AS (\w+))?$/.exec(from)?.slice(1));
    expect(bases).toEqual([
      ['golang:1.26', '-trixie', 'kubectl'],
      ['node:24', '-trixie-slim', 'task'],
      ['node:24', '-trixie-slim', undefined],
    ]);
    expect(last.filter((line) => line.startsWith('COPY '))).toEqual([
      'COPY --from=kubectl /kubectl/kubectl /usr/local/bin/kubectl',
      'COPY --from=task /slipway/kubectl-task.mjs ./',
    ]);
  });

  test('the Dockerfile has the Node with which the project is tested, and the Go that kubectl needs', () => {
    const { devDependencies } = JSON.parse(read('package.json'));
    const runtime = /runtime: nodejs(\d+)/.exec(read('serverless.yml'))?.[1];
    const goNeeded = /^go (\d+\.\d+)/m.exec(read('docker/kubectl-task/kubectl/go.mod'))?.[1];
    for (const node of stages.flatMap(([from = '']) => /node:(\d+)/.exec(from)?.[1] ?? [])) {
      expect([node, node]).toEqual([majorOf(devDependencies.node), runtime]);
    }
    expect(stages[0]?.[0]).toContain(`golang:${goNeeded}-`);
  });

  test('the image runs as an unprivileged user, and writes only below /tmp', () => {
    const users = last.filter((line) => line.startsWith('USER '));
    expect(users).toEqual(['USER 1000']);
    expect(last.slice(last.indexOf('USER 1000')).filter((line) => /^(RUN|COPY|ADD) /.test(line))).toEqual([]);
    expect(last).toContain('ENV HOME=/tmp');
  });

  test('the image has the programs that CodeBuild, the buildspec and kubectl call, and no leftovers', () => {
    const installs = last.filter((line) => line.startsWith('RUN '));
    expect(installs).toHaveLength(1);
    expect(/--no-install-recommends ([^&]+) &&/.exec(installs[0] ?? '')?.[1]?.split(' ')).toEqual([
      'awscli',
      'ca-certificates',
      'curl',
      'diffutils',
    ]);
    expect(installs[0]).toMatch(/rm -rf \/var\/lib\/apt\/lists\/\* \/var\/cache\/apt\/\*/);
  });

  test('the Dockerfile checks every download, and holds no secret', () => {
    expect(instructions.filter((line) => /^ADD |https?:\/\/|:latest|--build-arg/.test(line))).toEqual([]);
    const named = instructions.flatMap((line) => /^(?:ARG|ENV) (\w+)/.exec(line)?.[1] ?? []);
    expect(named).toEqual(['TARGETARCH', 'HOME']);
  });

  test('the Dockerfile puts the task where the buildspec starts it', () => {
    const { TASK } = parse(read('buildspecs/kubectl-task.yml')).env.variables;
    expect(last).toEqual(expect.arrayContaining(['WORKDIR /task', 'CMD ["node", "kubectl-task.mjs"]']));
    expect(TASK).toBe('/task/kubectl-task.mjs');
  });

  test('the Dockerfile copies only files that exist and that .dockerignore lets through', () => {
    const [first, ...others] = read('.dockerignore').trim().split('\n').slice(1);
    const through = others.map((line) => line.replace(/^!/, ''));
    const copied = instructions
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .map((path) => path.replace(/\/$/, ''));
    expect(first).toBe('*');
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(copied.sort()).toEqual(through.sort());
  });
});

describe('kubectl in the image', () => {
  const tested = { mod: read('tests/cluster/control-plane/go.mod'), sum: read('tests/cluster/control-plane/go.sum') };
  const shipped = { mod: read('docker/kubectl-task/kubectl/go.mod'), sum: read('docker/kubectl-task/kubectl/go.sum') };
  const kubernetes = (mod: string) => /^\tk8s\.io\/kubernetes (v\S+)/m.exec(mod)?.[1];
  const staged = (mod: string) => mod.match(/^\tk8s\.io\/\S+ => .*$/gm);

  test('kubectl is the one that the tests with a cluster use, from the same sources', () => {
    const version = kubernetes(shipped.mod);
    const checksum = (sum: string) =>
      sum.split('\n').filter((line) => line.startsWith(`k8s.io/kubernetes ${version} `));
    expect(version).toMatch(/^v1\.\d+\.\d+$/);
    expect(kubernetes(tested.mod)).toBe(version);
    expect(staged(shipped.mod)).toEqual(staged(tested.mod));
    expect(checksum(shipped.sum)).toHaveLength(1);
    expect(checksum(tested.sum)).toEqual(checksum(shipped.sum));
  });

  test('kubectl has a checksum for every module that is built in', () => {
    const replaced = new Map([...shipped.mod.matchAll(/^\t(\S+) => \S+ (\S+)$/gm)].map(([, name, to]) => [name, to]));
    const required = [...shipped.mod.matchAll(/^\t(\S+) (v\S+) \/\/ indirect$/gm)];
    const missing = required
      .map(([, name = '', version = '']) => `${name} ${replaced.get(name) ?? version} h1:`)
      .filter((pin) => !shipped.sum.includes(pin));
    expect(required.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  test('the build gives kubectl its version in both places where kubectl reads it', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'go'), '#!/bin/sh\nif [ "$1" = list ]; then echo v1.36.3; else printf "%s\\n" "$@"; fi\n');
    chmodSync(join(bin, 'go'), 0o755);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    const { stdout } = await run('sh', ['docker/kubectl-task/kubectl/build.sh', '/out/kubectl'], { env });
    const values = ['gitVersion=v1.36.3', 'gitMajor=1', 'gitMinor=36', 'gitTreeState=clean'];
    const stamps = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((place) =>
      values.map((value) => `-X ${place}.${value}`),
    );
    expect(stdout.trim().split('\n')).toEqual([
      ...['build', '-mod=readonly', '-trimpath', `-ldflags=-s -w ${stamps.join(' ')}`],
      ...['-o', '/out/kubectl', 'k8s.io/kubernetes/cmd/kubectl'],
    ]);
  });
});

describe('the bundled task of the image', () => {
  /** A kubectl whose proxy finds no object. */
  const kubectl = aStandIn(`#!${process.execPath}
    const socket = process.argv.find((arg) => arg.startsWith('--unix-socket='))?.slice(14);
    const version = { gitVersion: 'v1.36.3' };
    if (process.argv.includes('version')) console.log(JSON.stringify({ clientVersion: version, serverVersion: version }));
    const kinds = ['configmaps ConfigMap', 'pods Pod', 'deployments Deployment'].map((one) => one.split(' '));
    const resources = kinds.map(([name, kind]) => ({ name, kind, namespaced: true }));
    const none = { kind: 'Status', reason: 'NotFound', message: 'not found' };
    const answerTo = (path) => /v1$/.test(path) ? { resources } : /\\/pods/.test(path) ? { items: [] } : none;
    if (socket) require('node:http').createServer(({ url }, response) => {
      const answer = answerTo(url.split('?')[0]);
      response.writeHead(answer === none ? 404 : 200).end(JSON.stringify(answer));
    }).listen(socket, () => console.log('Starting to serve on ' + socket));
  `);
  const bundle = join(folder, 'kubectl-task.mjs');
  beforeAll(() => run(process.execPath, ['docker/kubectl-task/bundle.mjs', bundle]));
  afterAll(() => kubectl.remove());

  /** Runs in a folder without any node_modules, as in the image. */
  const start = (order: ClusterOrder, environment: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = {
        PATH: '/usr/bin:/bin',
        KUBECTL: kubectl.program,
        SLIPWAY_ORDER: JSON.stringify(order),
        ...environment,
      };
      execFile(process.execPath, [bundle], { env, cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  test('the bundled task is one file, and carries out an order without other files', async () => {
    const resultFile = join(folder, 'result.json');
    const { code, stdout, stderr } = await start(orders.status(), { SLIPWAY_RESULT_FILE: resultFile });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(read(resultFile))).toMatchObject({ do: 'status', ok: true, stable: 'none' });
    expect(stdout).toContain('"message":"cluster task done"');
  });

  test('the bundled task contains the code that reads a folder of manifests', async () => {
    mkdirSync(join(folder, 'manifests/orders'), { recursive: true });
    writeFileSync(join(folder, 'manifests/orders/broken.yml'), 'kind: [');
    const { code, stderr } = await start(orders.diff(aTarget(), { folder: 'orders' }), {
      MANIFESTS_ROOT: join(folder, 'manifests'),
    });
    expect({ code, stderr }).toEqual({ code: 10, stderr: expect.stringContaining('orders/broken.yml') });
  });
});
