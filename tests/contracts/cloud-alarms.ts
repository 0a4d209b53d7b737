/** The contract that every Alarms port keeps, whatever cloud is behind it. */
import type { CloudStage } from './cloud-stage.ts';

export interface AlarmsStage extends CloudStage {
  /** Adds an alarm on the errors of the target, in periods of a minute. */
  addAlarm(name: string): Promise<void>;
  setAlarmState(name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'): Promise<void>;
  setAlarmActions(name: string, enabled: boolean): Promise<void>;
  deleteAlarm(name: string): Promise<void>;
}

export function alarmsContract(name: string, open: () => Promise<AlarmsStage>): void {
  describe(`Alarms: ${name}`, () => {
    let stage: AlarmsStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    test('an alarm says what it watches, and a name without an alarm is left out', async () => {
      await stage.addAlarm('checkout-errors');
      const { target } = stage;
      const dimensions = { FunctionName: target.function, Resource: `${target.function}:${target.alias}` };
      const found = await stage.ports.alarms.read(['checkout-errors', 'a-typo']);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({
        name: 'checkout-errors',
        state: 'INSUFFICIENT_DATA',
        metric: { namespace: 'AWS/Lambda', dimensions },
        watched: { metrics: [{ namespace: 'AWS/Lambda', dimensions }], queries: [] },
        treatMissingData: 'missing',
      });
    });

    test('a change of state is in the next read', async () => {
      await stage.addAlarm('checkout-errors');
      await stage.setAlarmState('checkout-errors', 'ALARM');
      expect(await stage.ports.alarms.read(['checkout-errors'])).toMatchObject([{ state: 'ALARM' }]);
    });

    test('an alarm that loses its data says so', async () => {
      await stage.addAlarm('checkout-errors');
      await stage.setAlarmState('checkout-errors', 'OK');
      await stage.setAlarmState('checkout-errors', 'INSUFFICIENT_DATA');
      expect(await stage.ports.alarms.read(['checkout-errors'])).toMatchObject([{ state: 'INSUFFICIENT_DATA' }]);
    });

    test('an alarm whose actions are switched off says so, and keeps its state', async () => {
      await stage.addAlarm('checkout-errors');
      await stage.setAlarmState('checkout-errors', 'OK');
      expect(await stage.ports.alarms.read(['checkout-errors'])).toMatchObject([{ actionsEnabled: true }]);
      await stage.setAlarmActions('checkout-errors', false);
      expect(await stage.ports.alarms.read(['checkout-errors'])).toMatchObject([
        { state: 'OK', actionsEnabled: false },
      ]);
      await stage.setAlarmActions('checkout-errors', true);
      expect(await stage.ports.alarms.read(['checkout-errors'])).toMatchObject([{ actionsEnabled: true }]);
    });

    test('a deleted alarm is left out, and an alarm that is created again begins without data', async () => {
      await stage.addAlarm('checkout-errors');
      await stage.setAlarmState('checkout-errors', 'OK');
      await stage.deleteAlarm('checkout-errors');
      expect(await stage.ports.alarms.read(['checkout-errors'])).toEqual([]);
      await stage.addAlarm('checkout-errors');
      expect(await stage.ports.alarms.read(['checkout-errors'])).toMatchObject([{ state: 'INSUFFICIENT_DATA' }]);
    });

    test('any number of names is read', async () => {
      const names = Array.from({ length: 150 }, (_, index) => `alarm-${index}`);
      for (const one of names) await stage.addAlarm(one);
      expect(await stage.ports.alarms.read(names)).toHaveLength(150);
    });
  });
}
