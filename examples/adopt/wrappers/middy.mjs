/** middy: `middy(handler).use(serverErrors()).use(...)`. Used first, it runs last on the way out, and so sees the answer that goes out. */
import { countAnswer } from './server-errors.mjs';

export function serverErrors() {
  const count = ({ response, context }) => countAnswer(response?.statusCode, context);
  return { after: count, onError: count };
}
