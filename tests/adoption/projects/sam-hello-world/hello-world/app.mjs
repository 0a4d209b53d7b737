// In the layout of SAM's own template: the code in a folder beside the events.
import { release } from './release.mjs';

export const lambdaHandler = async (event, context) => {
  if (release === 'broken') return { statusCode: 500, body: 'the release is broken' };
  const { path, requestContext } = event;
  return {
    statusCode: 200,
    body: JSON.stringify({
      message: 'hello world',
      path,
      stage: requestContext.stage,
      by: context.functionName,
      release,
    }),
  };
};
