/** What every Versions port must do, whatever cloud is behind it. */
import type { CloudStage, OpenStage } from './cloud-stage.ts';

export function versionsContract(name: string, open: OpenStage): void {
  describe(`Versions: ${name}`, () => {
    let stage: CloudStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    test('a published version can be described, and has the role of the live one', async () => {
      const { ports, target, artifact, stable } = stage;
      const version = await ports.versions.publish({ target, artifact, deploymentId: 'd1' });
      const { roleArn } = await ports.versions.describe(target, stable);
      expect(await ports.versions.describe(target, version)).toEqual({
        version,
        roleArn,
        deadLetterArn: null,
        state: 'Active',
        stateReason: null,
        fingerprint: { codeSha256: expect.any(String), settingsSha256: expect.any(String) },
      });
    });

    test('publishing again for the same deployment gives the same version', async () => {
      const { ports, target, artifact } = stage;
      const version = await ports.versions.publish({ target, artifact, deploymentId: 'd1' });
      expect(await ports.versions.publish({ target, artifact, deploymentId: 'd1' })).toBe(version);
    });

    test('a version that exists is taken as it is', async () => {
      const { ports, target, canary } = stage;
      expect(await ports.versions.publish({ target, artifact: { version: canary }, deploymentId: 'd1' })).toBe(canary);
    });

    test('a version keeps its fingerprint, and one of other code under its number has another', async () => {
      const { ports, target, canary } = stage;
      const before = await ports.versions.describe(target, canary);
      expect((await ports.versions.describe(target, canary)).fingerprint).toEqual(before.fingerprint);
      await stage.recreate();
      const after = await ports.versions.describe(target, canary);
      expect(after.fingerprint?.codeSha256).not.toBe(before.fingerprint?.codeSha256);
    });

    test('a version that does not exist is not found', async () => {
      const { ports, target } = stage;
      await expect(ports.versions.describe(target, '99')).rejects.toMatchObject({ name: 'NotFound' });
      const order = { target, artifact: { version: '99' }, deploymentId: 'd1' };
      await expect(ports.versions.publish(order)).rejects.toMatchObject({ name: 'NotFound' });
    });
  });
}
