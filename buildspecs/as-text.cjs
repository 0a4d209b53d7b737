/** A project takes its buildspec as text, and serverless.yml would parse a file that ends in .yml. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const read = (name) => readFileSync(join(__dirname, `${name}.yml`), 'utf8');

module.exports = {
  kubectlTask: read('kubectl-task'),
  build: read('build'),
  test: read('test'),
  securityScan: read('security-scan'),
};
