// An app of hono behind a function URL. What an app throws, hono answers with 500.
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { release } from './release.ts';

const app = new Hono();
app.get('/hello/:name', (context) => {
  if ((release as string) === 'broken') throw new Error('the release is broken');
  return context.json({ hello: context.req.param('name'), loud: context.req.query('loud') === 'yes', release });
});

export const handler = handle(app);
