import { build } from 'esbuild';
import plugins from '/work/main/esbuild.plugins.js';
const long = process.argv[2];
for (const e of ['events/remediate-alarm', 'http/start-deployment', 'http/read-deployment']) {
    const r = await build({ entryPoints: [`src/functions/${e}.ts`], bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node24', mainFields: ['module','main'], plugins, metafile: true, outfile: `/tmp/var2/${e.split('/')[1]}.mjs`, banner: {js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);"} });
    const out = Object.values(r.metafile.outputs)[0];
    console.log(e, out.bytes);
    if (long && e.includes(long)) for (const [f, { bytesInOutput: b }] of Object.entries(out.inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput).slice(0, 150)) console.log(String(b).padStart(7), f.replace(/^.*node_modules\//, ''));
}
