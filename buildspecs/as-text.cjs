/** A project takes its buildspec as text, and serverless.yml would parse a file that ends in .yml. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const fileAt = (name) => readFileSync(join(__dirname, name), 'utf8');
/** A line `@file` stands for the file, as far in as the line is. */
const read = (name) =>
  fileAt(`${name}.yml`).replace(/^( +)@(.+)$/gm, (_, indent, file) => fileAt(file).trimEnd().replace(/^/gm, indent));

module.exports = {
  kubectlTask: read('kubectl-task'),
  build: read('build'),
  test: read('test'),
  securityScan: read('security-scan'),
};
