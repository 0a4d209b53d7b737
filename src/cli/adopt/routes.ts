/** Turns the route of an API into a request that a rehearsal can send. */

/**
 * `get /orders/{id}` becomes `GET /orders/{id}`; the parameter gets a value when the request is sent. Returns undefined
 * when the text is not a route.
 */
export function routeOf(text: string): string | undefined {
  const [, method = '', path = ''] =
    /^(get|head|post|put|patch|delete|options|any|x-amazon-apigateway-any-method) (\/\S*)$/i.exec(text) ?? [];
  if (path === '') return undefined;
  const verb = /any/i.test(method) ? 'GET' : method.toUpperCase();
  return `${verb} ${path}`;
}
