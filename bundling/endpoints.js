/**
 * Where a service is, by region. A client of the SDK carries rules for it and a list of all regions (12 KB); here the
 * SDK's own rules are asked about every region when the bundle is made, and only what they say goes in.
 */
import { dirname, join } from 'node:path';

const PARTITIONS = '../../../core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';

export const endpoints = {
  name: 'endpoints',
  setup({ esbuild, onLoad, onResolve }) {
    let shared = '';
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/endpoint\/endpointResolver\.js$/ }, async ({ path }) => {
      const rules = await rulesOf(esbuild, path);
      shared = sharedText(rules.partitions);
      return { contents: resolverText(rules), loader: 'js' };
    });
    onResolve({ filter: /^slipway:endpoints$/ }, ({ path }) => ({ path, namespace: 'endpoints', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'endpoints' }, () => ({ contents: shared, loader: 'js' }));
  },
};

async function rulesOf(esbuild, path) {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `
        export { defaultEndpointResolver as ask } from ${JSON.stringify(path)};
        export { partitionsInfo } from ${JSON.stringify(join(dirname(path), PARTITIONS))};`,
      resolveDir: dirname(path),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  const { ask, partitionsInfo } = await import(`data:text/javascript;base64,${btoa(outputFiles[0].text)}`);
  const whereIs = (Region) => {
    const { url, properties } = ask({ Region, UseFIPS: false, UseDualStack: false });
    if (Object.keys(properties ?? {}).length > 0) throw new Error(`${path}: ${Region} has properties of its own.`);
    return url.href;
  };
  return { whereIs, partitions: partitionsInfo.partitions };
}

/** What is the same for all services, by partition: `https://lambda.{region}.amazonaws.com/` ends as all others there do. */
function resolverText({ whereIs, partitions }) {
  const regions = partitions.flatMap(({ regionRegex, regions }) =>
    Object.keys(regions).filter((region) => new RegExp(regionRegex).test(region)),
  );
  const [first] = regions;
  const [prefix] = whereIs(first).split(first);
  const suffixOf = (region) => suffixes(partitions).find(([regex]) => new RegExp(regex).test(region))[1];
  const usual = (region) => `${prefix}${region}.${suffixOf(region)}/`;
  const others = regions
    .filter((region) => whereIs(region) !== usual(region))
    .map((region) => [region, whereIs(region)]);
  return `
    import { endpointResolver } from 'slipway:endpoints';
    export const defaultEndpointResolver = endpointResolver(${JSON.stringify(prefix)}, ${JSON.stringify(Object.fromEntries(others))});`;
}

function suffixes(partitions) {
  return partitions.map(({ regionRegex, outputs: { dnsSuffix } }) => [regionRegex, dnsSuffix]);
}

function sharedText(partitions) {
  return `
    const suffixes = [${suffixes(partitions).map(([regex, suffix]) => `[/${regex}/, ${JSON.stringify(suffix)}]`)}];
    const suffixOf = (region) => (suffixes.find(([regions]) => regions.test(region)) ?? suffixes[0])[1];
    export const endpointResolver = (prefix, others) => {
      const cache = new Map();
      return ({ Endpoint, EndpointId, Region, UseFIPS, UseDualStack }) => {
        if (UseFIPS || UseDualStack || EndpointId)
          throw new Error('Addresses for FIPS, dual stack and EndpointId are not in the bundle; see bundling/endpoints.js.');
        if (!Endpoint && !Region) throw new Error('Invalid Configuration: Missing Region');
        const href = Endpoint ?? others[Region] ?? prefix + Region + '.' + suffixOf(Region) + '/';
        if (!cache.has(href)) cache.set(href, { url: new URL(href), properties: {}, headers: {} });
        return cache.get(href);
      };
    };`;
}
