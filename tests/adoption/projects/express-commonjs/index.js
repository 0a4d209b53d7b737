// An app of express behind an HTTP API, in CommonJS.
const express = require('express');
const serverless = require('serverless-http');
const { release } = require('./release');

const app = express();
app.get('/orders/:id', (request, response) => {
  if (release === 'broken') throw new Error('the release is broken');
  response.json({ order: request.params.id, release });
});

module.exports.handler = serverless(app);
