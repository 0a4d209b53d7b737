/** A project takes its buildspec as text, and serverless.yml would parse a file that ends in .yml. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = { kubectlTask: readFileSync(join(__dirname, 'kubectl-task.yml'), 'utf8') };
