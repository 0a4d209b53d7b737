/**
 * Packages one service after the other in one process, because the start of the framework takes longer than its work.
 * Its own `serverless package` does the same, after it has resolved variables. These services have no variables.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const Serverless = require('serverless/lib/serverless.js');
const { parse } = require('yaml');

async function packaged(serviceDir) {
  const configuration = parse(readFileSync(join(serviceDir, 'serverless.yml'), 'utf8'), { customTags });
  process.chdir(serviceDir);
  const order = { configuration, serviceDir, configurationFilename: 'serverless.yml' };
  const serverless = new Serverless({
    ...order,
    commands: ['package'],
    options: { package: 'out' },
    variablesMeta: new Map(),
  });
  try {
    await serverless.init();
    await serverless.run();
    return { refused: null };
  } catch (error) {
    // The framework shows only the message of its own errors, and the whole stack of any other error.
    return { refused: error.name === 'ServerlessError' ? error.message : error.stack };
  }
}

/** The short forms of CloudFormation's functions that the services use. */
const customTags = [
  { tag: '!Ref', resolve: (name) => ({ Ref: name }) },
  { tag: '!Sub', resolve: (text) => ({ 'Fn::Sub': text }) },
  { tag: '!GetAtt', resolve: (path) => ({ 'Fn::GetAtt': path.split('.') }) },
];

async function packageEach(folders) {
  const results = [];
  for (const folder of folders) results.push(await packaged(folder));
  process.stdout.write(`\n${JSON.stringify(results)}\n`);
}

packageEach(process.argv.slice(2));
