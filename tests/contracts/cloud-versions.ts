/** The contract that every Versions port keeps, whatever cloud is behind it. */
import { isSameVersion } from '../../src/domain/lambda/version-fact.ts';
import type { CloudPorts } from '../../src/twin/cloud/cloud.ts';
import type { CloudStage } from './cloud-stage.ts';

export interface VersionsStage
  extends Pick<CloudStage, 'target' | 'stable' | 'canary' | 'third' | 'artifact' | 'recreate' | 'close'> {
  readonly ports: Pick<CloudPorts, 'versions'>;
  /** Puts code into `$LATEST` or changes its settings, as another tool would. Nothing is published. */
  changeLatest(change: {
    readonly key?: string;
    readonly environment?: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** Sets the state of the last update of `$LATEST`. */
  setUpdate(state: 'InProgress' | 'Successful' | 'Failed'): Promise<void>;
}

export function versionsContract(name: string, open: () => Promise<VersionsStage>): void {
  describe(`Versions: ${name}`, () => {
    let stage: VersionsStage;
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
        otherSettings: expect.any(String),
      });
    });

    test('publishing again for the same deployment gives the same version', async () => {
      const { ports, target, artifact } = stage;
      const version = await ports.versions.publish({ target, artifact, deploymentId: 'd1' });
      expect(await ports.versions.publish({ target, artifact, deploymentId: 'd1' })).toBe(version);
    });

    test('a version that exists is used unchanged', async () => {
      const { ports, target, canary } = stage;
      expect(await ports.versions.publish({ target, artifact: { version: canary }, deploymentId: 'd1' })).toBe(canary);
    });

    const latest = (deploymentId = 'd1') => ({ target: stage.target, artifact: { version: 'latest' }, deploymentId });
    const read = () => stage.ports.versions.describe(stage.target, '$LATEST');

    test('code that another tool put into $LATEST is published as it was read, once for each deployment', async () => {
      const { versions } = stage.ports;
      await stage.changeLatest({ key: 'bad' });
      const expected = (await read()).fingerprint;
      const version = await versions.publish({ ...latest(), expected });
      expect((await versions.describe(stage.target, version)).fingerprint).toEqual(expected);
      await stage.changeLatest({ key: 'good' });
      expect(await versions.publish({ ...latest(), expected })).toBe(version);
    });

    test('a version that is published from $LATEST has its settings too', async () => {
      const { versions } = stage.ports;
      await stage.changeLatest({ key: 'bad', environment: { TABLE: 'orders' } });
      const first = await versions.publish(latest('d1'));
      await stage.changeLatest({ environment: { TABLE: 'carts' } });
      const second = await versions.publish(latest('d2'));
      const [one, other] = [
        await versions.describe(stage.target, first),
        await versions.describe(stage.target, second),
      ];
      expect(other.fingerprint?.codeSha256).toBe(one.fingerprint?.codeSha256);
      expect(other.fingerprint?.settingsSha256).not.toBe(one.fingerprint?.settingsSha256);
    });

    test.each([{ key: 'good' }, { environment: { TABLE: 'carts' } }])(
      'a $LATEST that changed after it was read is not published: %j',
      async (change) => {
        await stage.changeLatest({ key: 'bad' });
        const expected = (await read()).fingerprint;
        await stage.changeLatest(change);
        await expect(stage.ports.versions.publish({ ...latest(), expected })).rejects.toMatchObject({
          name: 'Conflict',
        });
        const next = String(Number(stage.third) + 1);
        await expect(stage.ports.versions.describe(stage.target, next)).rejects.toMatchObject({ name: 'NotFound' });
      },
    );

    test('a $LATEST that equals the last published version gives that version, whoever published it', async () => {
      expect(await stage.ports.versions.publish(latest('d1'))).toBe(stage.third);
      expect(await stage.ports.versions.publish(latest('d2'))).toBe(stage.third);
    });

    test('$LATEST is described like a version, and equals the version that is published from it', async () => {
      await stage.changeLatest({ key: 'bad' });
      const version = await stage.ports.versions.publish(latest());
      const [there, published] = [await read(), await stage.ports.versions.describe(stage.target, version)];
      expect(there).toMatchObject({ version: '$LATEST', state: 'Active' });
      expect(isSameVersion(there, published)).toBe(true);
      await stage.changeLatest({ environment: { TABLE: 'carts' } });
      expect(isSameVersion(await read(), published)).toBe(false);
    });

    test('an update of $LATEST that is in progress is waited for, and an update that failed says why', async () => {
      await stage.changeLatest({ key: 'bad' });
      await stage.setUpdate('InProgress');
      expect((await read()).state).toBe('Pending');
      await expect(stage.ports.versions.publish(latest())).rejects.toMatchObject({ name: 'Transient' });
      await stage.setUpdate('Failed');
      await expect(stage.ports.versions.publish(latest())).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringContaining('The subnet is gone'),
      });
      await stage.setUpdate('Successful');
      const next = String(Number(stage.third) + 1);
      expect(await stage.ports.versions.publish(latest())).toBe(next);
    });

    test('a version keeps its fingerprint, and other code under its number has another fingerprint', async () => {
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
