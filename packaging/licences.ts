/** The licences of the packages whose code is in dist/: their texts go with that code, and each must allow that. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that allow passing the code on, when their text goes with it. */
const ALLOWED = /^\(?(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense|Zlib)\)?$/;
const TEXTS = /^(licen[cs]e|copying|notice)(\.(md|txt|markdown))?$/i;

/** Throws when a package has no licence, or one that does not allow this. `folders` are folders of packages. */
export function licencesOf(folders: Iterable<string>): string {
  const parts = [...folders].map(licenceOf).sort();
  return [`The programs in this folder contain code of these packages.\n`, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceOf(folder: string): string {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  if (typeof license !== 'string' || !ALLOWED.test(license))
    throw new Error(`${name}@${version} has the licence ${license}. Check whether the package may contain its code.`);
  const texts = readdirSync(folder)
    .filter((file) => TEXTS.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const from = homepage ?? repository?.url ?? repository ?? '';
  return [`${name} ${version}, ${license}`, from, '', ...texts, ''].join('\n');
}

/** The folder of the package that a bundled file belongs to; undefined for a file of Slipway. */
export function packageFolderOf(input: string): string | undefined {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
  return folder !== undefined && existsSync(join(folder, 'package.json')) ? folder : undefined;
}
