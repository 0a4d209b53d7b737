import { installTools } from './tools.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function setup(): Promise<void> {
  process.env.SLIPWAY_TEST_STACK_TOOLS = await installTools();
}
