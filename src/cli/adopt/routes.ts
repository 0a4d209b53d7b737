/** The route of an API as a request that a rehearsal can send. */

/** `get /orders/{id}` becomes `GET /orders/{id}`, whose parameter gets a value when it is sent; undefined for what is no route. */
export function routeOf(text: string): string | undefined {
  const [, method = '', path = ''] =
    /^(get|head|post|put|patch|delete|options|any|x-amazon-apigateway-any-method) (\/\S*)$/i.exec(text) ?? [];
  if (path === '') return undefined;
  const verb = /any/i.test(method) ? 'GET' : method.toUpperCase();
  return `${verb} ${path}`;
}
