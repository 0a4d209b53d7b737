/** The commit that is deployed, from the CI system or from git. */
const { execFileSync } = require('node:child_process');

const VARIABLES = [
  'GITHUB_SHA',
  'CI_COMMIT_SHA',
  'BITBUCKET_COMMIT',
  'CIRCLE_SHA1',
  'BUILDKITE_COMMIT',
  'CODEBUILD_RESOLVED_SOURCE_VERSION',
  'GIT_COMMIT',
];

function commitOf(folder) {
  const named = VARIABLES.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
  if (named !== undefined) return named;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    // There is no repository or no git. A deployment needs no commit.
    return undefined;
  }
}

module.exports = { commitOf };
