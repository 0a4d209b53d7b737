/**
 * The configuration of the command line, `slipway/config.json` below the user's configuration folder. It can hold a
 * token, so only its owner may read it: a file that others can read is refused.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';

export interface Profile {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly stage?: string | undefined;
  readonly audience?: string | undefined;
}
export interface Profiles {
  /** The profile of a command that names none. */
  readonly current: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const NONE: Profiles = { current: 'default', profiles: {} };
const OTHERS = 0o077;

export function profilePath(configHome: string): string {
  return `${configHome}/slipway/config.json`;
}

/** Without a file there are no profiles. Throws InvalidRequest for a file that others can read, or that is not one. */
export function readProfiles(path: string): Profiles {
  let text: string;
  try {
    // Windows has no such permission bits.
    if (process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0) throw openToOthers(path);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return NONE;
    if (error instanceof SlipwayError) throw error;
    throw refused(`${path} cannot be read: ${message}. Correct its permissions.`);
  }
  return parsed(path, text);
}

/** Writes a whole new file and moves it into place, so that a reader never finds half of it. */
export function writeProfiles(path: string, profiles: Profiles): void {
  const next = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    chmodSync(dirname(path), 0o700);
    writeFileSync(next, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw refused(`${path} cannot be written: ${(error as Error).message}. Correct the permissions of its folder.`);
  }
}

function openToOthers(path: string): SlipwayError {
  return refused(`${path} can be read by others, and it may hold a token. Run: chmod 600 ${path}`);
}

function parsed(path: string, text: string): Profiles {
  const wrong = refused(`${path} is not a configuration of Slipway. Correct it, or delete it and run slipway login.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong;
  }
  const { current = NONE.current, profiles = {} } = isRecord(value) ? value : { profiles: null };
  if (typeof current !== 'string' || !isRecord(profiles) || !Object.values(profiles).every(isProfile)) throw wrong;
  return { current, profiles: profiles as Profiles['profiles'] };
}

function isProfile(value: unknown): value is Profile {
  if (!isRecord(value)) return false;
  return ['url', 'token', 'stage', 'audience'].every((field) => ['undefined', 'string'].includes(typeof value[field]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
