import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { askPython } from './python.ts';
import { hasSeen } from './seen.ts';

const REQUIREMENTS = new URL('./requirements.in', import.meta.url).pathname;

test('the installed oracles have the versions that requirements.in names', async () => {
  const named = [...readFileSync(REQUIREMENTS, 'utf8').matchAll(/^([\w-]+)(?:\[\w+\])?==(\S+)$/gm)];
  const versions = Object.fromEntries(named.map(([, name = '', version = '']) => [name, version]));
  expect(Object.keys(versions)).toContain('botocore');
  expect(await askPython('packages.py', Object.keys(versions))).toEqual(versions);
});

test('a script that fails gives the reason', async () => {
  await expect(askPython('packages.py', ['no-such-package'])).rejects.toThrow(
    /packages.py ended with code 1[\s\S]*no-such-package/,
  );
});

test('on a machine without Python the error says what to install', async () => {
  const program = `
    const { installPrograms } = await import('${new URL('../python/virtual-environment.ts', import.meta.url)}');
    const order = { requirements: '${REQUIREMENTS}', programs: 'the oracles', suite: 'the oracle tests', cache: 'x' };
    await installPrograms(order).catch(({ message }) => process.stdout.write(message));`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: '' } });
  expect(stdout).toBe('The oracle tests need python3, 3.11 or later, with venv (python3-venv on Debian). Install it.');
});

test('an oracle that checks nothing fails', () => {
  expect(() => hasSeen('nothing', { statements: 3, actions: 0 })).toThrow('The oracle nothing looked at no actions.');
});
