/**
 * `node bench/watch-picture.ts`: deploys a slow version in a rehearsal cloud, keeps what `slipway watch` knows of it in
 * mid-rollout, and draws the screen of that moment. `--draw` draws the kept moment again.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { slipwayClient } from '../src/api/client.ts';
import { readServiceFile } from '../src/cli/files/service-file.ts';
import { coloured } from '../src/cli/watch/paint.ts';
import { screenLines } from '../src/cli/watch/screen-lines.ts';
import type { Seen } from '../src/cli/watch/seen.ts';
import { startEmbedded } from '../src/embedded/embedded.ts';
import { folderOf } from '../src/embedded/rehearsed-source.ts';
import { terminalPicture } from './terminal-picture.ts';

const EXAMPLE = fileURLToPath(new URL('../examples/checkout/slipway.yml', import.meta.url));
const RECORD = fileURLToPath(new URL('../docs/images/watch.json', import.meta.url));
export const PICTURE = fileURLToPath(new URL('../docs/images/watch.svg', import.meta.url));
const SIZE = { columns: 80, rows: 24 } as const;
/** The judge has looked at the first whole minutes by then, and has not decided yet. */
const SEEN_AFTER_MS = 100_000;

export function drawnPicture(): string {
  const seen = JSON.parse(readFileSync(RECORD, 'utf8')) as Seen;
  const lines = screenLines(seen, { ...SIZE, now: seen.asOf, paint: coloured, question: null, note: null });
  return terminalPicture(lines, { ...SIZE, title: 'slipway watch checkout' });
}

async function recorded(): Promise<Seen> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-picture-'));
  const embedded = await startEmbedded({
    port: 0,
    dataDir,
    root: process.cwd(),
    log: () => {},
    onFailure: console.error,
  });
  try {
    await embedded.register({ spec: readServiceFile(EXAMPLE), folder: folderOf(EXAMPLE), by: 'jane@example.com' });
    const client = slipwayClient({ baseUrl: `http://localhost:${embedded.port}` });
    while ((await client.checkService({ name: 'checkout' })).findings.some(({ severity }) => severity === 'error'))
      await sleep(1_000);
    const artifact = { s3: { bucket: 'local', key: 'examples/checkout/slow.mjs' } };
    const started = await client.startDeployment({
      service: 'checkout',
      artifact,
      commit: '4f2a91c',
      reason: 'shows the stock of each shop',
    });
    if (!('id' in started)) throw new Error('A deployment that is no dry run has an id.');
    await sleep(SEEN_AFTER_MS);
    const { id } = started;
    const [deployment, evidence] = await Promise.all([client.readDeployment({ id }), client.explainDeployment({ id })]);
    return { deployment, evidence, asOf: Date.now(), trouble: null };
  } finally {
    await embedded.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--draw')) writeFileSync(RECORD, `${JSON.stringify(await recorded(), null, 2)}\n`);
  writeFileSync(PICTURE, drawnPicture());
}
