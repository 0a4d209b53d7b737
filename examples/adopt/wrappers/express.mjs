/** express: `export const handler = countedExpress(serverlessHttp, app)`, or with whatever else makes a handler of an app. */
import { withServerErrors } from './server-errors.mjs';

export function countedExpress(adapt, app) {
  return withServerErrors(adapt(app));
}
