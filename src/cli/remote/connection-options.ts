/** The options of every command that calls a Slipway, and what their help says about exit codes. */
import { EXIT_CODES, type ExitName } from './exit-codes.ts';

export const CONNECTION = {
  url: { takes: 'URL', summary: 'Which Slipway. Left out: SLIPWAY_URL, the profile, or http://localhost:4000.' },
  token: { takes: 'TOKEN', summary: 'The token to send; - reads it from standard input. Left out: SLIPWAY_TOKEN.' },
  as: { takes: 'NAME', summary: 'The local person to act as, with slipway start.' },
  stage: {
    takes: 'STAGE',
    summary: 'Signs a token of 15 minutes with the key of this stage, by your AWS credentials.',
  },
  profile: { takes: 'NAME', summary: 'The profile that slipway login saved.' },
  json: { summary: 'Prints JSON.' },
} as const;

/** The end of the help of a command that can give these exit codes. */
export function exitNotes(...names: readonly ExitName[]): string {
  const byCode = [...names].sort((one, other) => EXIT_CODES[one].code - EXIT_CODES[other].code);
  const lines = byCode.map((name) => `  ${String(EXIT_CODES[name].code).padEnd(3)} ${EXIT_CODES[name].means}`);
  return ['Exit codes:', ...lines].join('\n');
}

/** Of a command that only reads or asks once. */
export const QUICK_EXITS = ['good', 'refused', 'notReached'] as const;
/** Of a command that waits for the end of a deployment. */
export const WAITING_EXITS = [
  'good',
  'refused',
  'rolledBack',
  'failed',
  'superseded',
  'timeout',
  'notReached',
  'frozen',
  'conflict',
  'left',
] as const;
