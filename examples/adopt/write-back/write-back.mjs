/**
 * Writes the image that is live into a file of this Git repository, commits it and pushes it.
 *   SLIPWAY_URL=... SLIPWAY_TOKEN=... node write-back.mjs orders deploy/base/deployment.yml
 * It asks Slipway what is live instead of believing the event that started it, so that late and repeated events do no harm.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const PUSHES_MAX = 5;
const [service, file] = process.argv.slice(2);
const { SLIPWAY_URL, SLIPWAY_TOKEN } = process.env;
if (!service || !file || !SLIPWAY_URL) throw new Error('Call it with a service, a file, and SLIPWAY_URL set.');

const live = await liveImage();
if (live === null) {
  console.log(`Slipway knows no image of what is live of ${service}. Nothing is written.`);
} else {
  writeBack(live);
}

/** Of the newest deployment that has ended with all calls on one version: its new version, or the one that it went back to. */
async function liveImage() {
  const headers = SLIPWAY_TOKEN ? { authorization: `Bearer ${SLIPWAY_TOKEN}` } : {};
  const response = await fetch(`${SLIPWAY_URL}/deployments?service=${encodeURIComponent(service)}&limit=100`, {
    headers,
  });
  if (!response.ok) throw new Error(`Slipway answered ${response.status}: ${await response.text()}`);
  const { items } = await response.json();
  const last = items.find(({ status }) => status === 'promoted' || status === 'rolledBack');
  if (last === undefined) return null;
  const version = last.status === 'promoted' ? last.canary : last.stable;
  const made = items.find(({ canary, artifact }) => canary === version && artifact.image !== undefined);
  return made === undefined ? null : { image: made.artifact.image, deployment: last.id };
}

/** Somebody else may push in between. Then the change is made again on top of theirs. */
function writeBack({ image, deployment }) {
  for (let pushes = 1; ; pushes++) {
    if (!changeImage(image)) return console.log(`${file} has ${image} already.`);
    git(
      'commit',
      '--quiet',
      '--message',
      `${service}: ${image}`,
      '--message',
      `Live by Slipway's ${deployment}.`,
      file,
    );
    try {
      git('push', '--quiet', 'origin', 'HEAD');
      return console.log(`${file} has ${image} now.`);
    } catch (error) {
      if (pushes === PUSHES_MAX) throw error;
      git('fetch', '--quiet', 'origin', branch());
      git('reset', '--quiet', '--hard', 'FETCH_HEAD');
    }
  }
}

/** The lines that name this image by any tag or digest, and no others. False: none of them has to change. */
function changeImage(image) {
  const name = image.replace(/(@[^@]*|:[^:/]*)$/, '').replace(/:[^:/]*$/, '');
  const text = readFileSync(file, 'utf8');
  const line = /^(\s*(?:- )?image:\s*)(['"]?)([^\s'"#]+)\2(.*)$/gm;
  let named = 0;
  const changed = text.replace(line, (whole, key, quote, found, rest) => {
    if (found !== name && !found.startsWith(`${name}:`) && !found.startsWith(`${name}@`)) return whole;
    named++;
    return `${key}${quote}${image}${quote}${rest}`;
  });
  if (named === 0) throw new Error(`${file} has no line with the image ${name}. Name the file that has.`);
  if (changed === text) return false;
  writeFileSync(file, changed);
  return true;
}

function branch() {
  return git('rev-parse', '--abbrev-ref', 'HEAD').trim();
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' });
}
