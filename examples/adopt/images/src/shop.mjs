/** Two functions of a shop: one behind an HTTP API, one that works off a queue. */
export async function api(event) {
  return { statusCode: 200, body: JSON.stringify({ path: event.rawPath, products: [] }) };
}

export async function jobs(event) {
  for (const { messageId } of event.Records) console.log(`packed ${messageId}`);
}
