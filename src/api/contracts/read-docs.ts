import * as z from 'zod/mini';
import type { Contract } from '../route/contract.ts';

export interface DocsFile {
  readonly contentType: string;
  readonly content: string;
}

/**
 * The page may run only its own scripts, and call only this API. It holds no data, and a browser cannot send a token
 * with an address, so it is open to everybody.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const respond = ({ contentType, content }: DocsFile) => ({
  status: 200,
  headers: { 'content-type': contentType, 'content-security-policy': POLICY, 'cache-control': 'public, max-age=3600' },
  body: content,
});

export const readDocsContracts = [
  {
    name: 'readDocs',
    method: 'GET',
    path: '/docs',
    summary: 'The docs page',
    needs: 'nobody',
    about: 'any',
    fixed: { asset: 'index.html' },
    respond,
  },
  {
    name: 'readDocsAsset',
    method: 'GET',
    path: '/docs/{asset}',
    summary: 'A file of the docs page',
    needs: 'nobody',
    about: 'any',
    params: z.object({ asset: z.string() }),
    respond,
  },
  {
    name: 'readRoot',
    method: 'GET',
    path: '/',
    summary: 'Leads to the docs page',
    needs: 'nobody',
    about: 'any',
    fixed: { asset: 'index.html' },
    respond: (_page: DocsFile) => ({ status: 302, headers: { location: '/docs' } }),
  },
] as const satisfies readonly Contract[];
