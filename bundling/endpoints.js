/**
 * Where a service is, by region. A client of the SDK carries rules for it and a list of all regions (12 KB); here the
 * SDK's own rules are asked about every region when the bundle is made, and only what they say goes in.
 */
import { dirname, join } from 'node:path';

const PARTITIONS = '../../../core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';

export const endpoints = {
  name: 'endpoints',
  setup({ esbuild, onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/dist-es\/endpoint\/endpointResolver\.js$/ }, async ({ path }) => ({
      contents: resolverText(await rulesOf(esbuild, path)),
      loader: 'js',
    }));
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

/** One address a partition, with the region in it, and the regions that have another. */
function resolverText({ whereIs, partitions }) {
  const partitionsOf = partitions.map(({ regionRegex, regions }) => {
    const known = Object.keys(regions).filter((region) => new RegExp(regionRegex).test(region));
    const [first] = known;
    return { regionRegex, known, pattern: whereIs(first).replace(first, '{region}') };
  });
  const exceptions = partitionsOf.flatMap(({ known, pattern }) =>
    known
      .map((region) => [region, whereIs(region)])
      .filter(([region, url]) => url !== pattern.replace('{region}', region)),
  );
  return `
    const exceptions = ${JSON.stringify(Object.fromEntries(exceptions))};
    const patterns = [${partitionsOf.map(({ regionRegex, pattern }) => `[/${regionRegex}/, ${JSON.stringify(pattern)}]`)}];
    const cache = new Map();
    const urlOf = (region) =>
      exceptions[region] ?? (patterns.find(([regions]) => regions.test(region)) ?? patterns[0])[1].replace('{region}', region);
    export const defaultEndpointResolver = ({ Endpoint, EndpointId, Region, UseFIPS, UseDualStack }) => {
      if (UseFIPS || UseDualStack || EndpointId)
        throw new Error('Addresses for FIPS, dual stack and EndpointId are not in the bundle; see bundling/endpoints.js.');
      if (!Endpoint && !Region) throw new Error('Invalid Configuration: Missing Region');
      const href = Endpoint ?? urlOf(Region);
      if (!cache.has(href)) cache.set(href, { url: new URL(href), properties: {}, headers: {} });
      return cache.get(href);
    };`;
}
