/** The bucket whose objects may be deployed: the one that the parameter artifactBucket names, or one of the stack's own. */
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The part of the stack that is the bucket. */
async function resources({ resolveVariable }) {
  return (await nameGiven(resolveVariable)) === '' ? resolveVariable('file(resources/artifacts.yml)') : {};
}

async function name({ resolveVariable }) {
  const given = await nameGiven(resolveVariable);
  return given === '' ? { Ref: 'ArtifactBucket' } : given;
}

const bucketArn = ({ resolveVariable }) => arnOf(resolveVariable, '');
const objectArns = ({ resolveVariable }) => arnOf(resolveVariable, '/*');
/** Where the pipeline leaves the code of its service. */
const buildArns = async ({ resolveVariable }) =>
  arnOf(resolveVariable, `/builds/${await resolveVariable('param:pipelineService')}/*`);
/** Where the folders of manifests are. */
const manifestArns = ({ resolveVariable }) => arnOf(resolveVariable, '/manifests/*');

async function arnOf(resolveVariable, ending) {
  const given = await nameGiven(resolveVariable);
  return {
    'Fn::Sub': given === '' ? `\${ArtifactBucket.Arn}${ending}` : `arn:\${AWS::Partition}:s3:::${given}${ending}`,
  };
}

async function nameGiven(resolveVariable) {
  const given = String(await resolveVariable('param:artifactBucket'));
  if (given !== '' && !NAME.test(given)) {
    throw new Error(`${given} is not the name of a bucket. Correct the parameter artifactBucket.`);
  }
  return given;
}

module.exports = { resources, name, bucketArn, objectArns, buildArns, manifestArns };
