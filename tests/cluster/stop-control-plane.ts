// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function teardown(): Promise<void> {
  await globalThis.localControlPlane?.stop();
}
