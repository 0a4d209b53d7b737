/** The completion scripts, tried by the shells that this machine has. */
import { execFileSync, spawnSync } from 'node:child_process';
import { commands } from '../../src/cli/all-commands.ts';
import { completion } from '../../src/cli/commands/completion.ts';

const declarations = commands.map(({ declaration }) => declaration);

async function scriptFor(shell: string): Promise<string> {
  const printed: string[] = [];
  expect(await completion({ args: [shell], declarations, print: (text) => void printed.push(text) })).toBe(0);
  return printed.join('\n');
}

/** What bash offers for the last word of the line. */
async function offered(...words: string[]): Promise<string[]> {
  const program = `${await scriptFor('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['-uc', program, 'bash', ...words], { encoding: 'utf8' });
  return said.split('\n').filter((word) => word !== '');
}

test('bash completes commands, options and the choices of options', async () => {
  expect(await offered('slipway', 'de')).toEqual(['deploy', 'demo']);
  expect(await offered('slipway', 'deploy', '--st')).toEqual(['--strategy', '--stage']);
  expect(await offered('slipway', 'deploy', 'checkout', '--strategy', 'all')).toEqual(['allAtOnce']);
  expect(await offered('slipway', 'completion', '')).toEqual(['bash', 'zsh', 'fish', '--help']);
  expect(await offered('slipway', 'help', 'expl')).toEqual(['explain']);
  expect(await offered('slipway', 'rehearse', '--from-metrics', 'packa')).toContain('package.json');
  expect(await offered('slipway', 'nothing', '')).toEqual([]);
});

test.each(['bash', 'zsh', 'fish'])('%s reads its script without an error, where it is installed', async (shell) => {
  const script = await scriptFor(shell);
  for (const { name } of declarations) expect(script).toContain(name);
  const read = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
  const isMissing = (read.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  expect(isMissing ? '' : read.stderr).toBe('');
  expect(isMissing ? 0 : read.status).toBe(0);
});

test('each script has every command with every option, and none that is not there', async () => {
  const zsh = await scriptFor('zsh');
  const fish = await scriptFor('fish');
  for (const { name, options } of declarations) {
    for (const option of Object.keys(options)) {
      expect(zsh).toContain(`*--${option}[`);
      expect(fish).toContain(`-n '__fish_seen_subcommand_from ${name}' -l ${option} `);
    }
  }
});

test('a shell that has no completion is refused with those that have', async () => {
  await expect(completion({ args: ['tcsh'], declarations, print: () => {} })).rejects.toThrow('bash, or zsh, or fish');
});
