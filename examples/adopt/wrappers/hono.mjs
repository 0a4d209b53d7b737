/** hono on Lambda, by `handle` or `streamHandle`: `app.use(serverErrors)` before all routes. What `app.onError` makes of an error is seen too. */
import { countAnswer } from './server-errors.mjs';

export async function serverErrors(c, next) {
  await next();
  countAnswer(c.res.status, c.env?.lambdaContext);
}
