export const handler = async () => {
  if (Math.random() < 0.3) throw new Error('broken');
  return { statusCode: 200, body: 'hello' };
};
