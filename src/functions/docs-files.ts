/** The files of the docs page. Swagger UI comes from its package, so that the page needs no network except this API. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { DocsFile } from '../api/contracts/read-docs.ts';
import { SlipwayError } from '../domain/errors.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slipway API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: new URL('openapi.json', document.baseURI).href, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Throws NotFound for a file that does not belong to the page. */
export async function readDocs(_ports: object, { asset }: { readonly asset: string }): Promise<DocsFile> {
  switch (asset) {
    case 'index.html':
      return { contentType: HTML, content: PAGE };
    case 'start.js':
      return { contentType: SCRIPT, content: START };
    case 'swagger-ui.css':
      return { contentType: 'text/css; charset=utf-8', content: await packaged('swagger-ui-dist/swagger-ui.css') };
    case 'swagger-ui-bundle.js':
      return { contentType: SCRIPT, content: await packaged('swagger-ui-dist/swagger-ui-bundle.js') };
    default:
      throw new SlipwayError('NotFound', `The docs page has no file ${asset}. Open /docs.`);
  }
}

/** Finds a file where Node finds packages: beside the sources, or beside the bundle in Lambda. */
function packaged(file: string): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve(file), 'utf8');
}
