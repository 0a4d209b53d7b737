// biome-ignore lint/style/noDefaultExport: jest asks for one
export default async function teardown(): Promise<void> {
  // The emulator stops first, because its functions hold connections to the database.
  await globalThis.e2eEmulator?.stop();
  await globalThis.e2eDatabase?.drop();
  await globalThis.e2ePostgres?.stop();
}
