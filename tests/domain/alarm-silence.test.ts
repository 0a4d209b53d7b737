import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import { silenceOf } from '../../src/domain/alarms/alarm-silence.ts';

const alarm = (name: string, change: Partial<AlarmReading> = {}): AlarmReading => ({
  name,
  state: 'OK',
  metric: null,
  changedAt: 0,
  ...change,
});
const heard = alarm('heard');
const empty = alarm('empty', { state: 'INSUFFICIENT_DATA' });
const broken = alarm('broken', { evaluationProblem: 'EVALUATION_ERROR' });
const red = alarm('red', { state: 'ALARM' });
const muted = alarm('muted', { actionsEnabled: false });
const nested = alarm('nested', { children: ['empty', 'heard'] });
const circle = alarm('circle', { children: ['top', 'empty'] });
const all = [heard, empty, broken, red, muted, nested, circle];

test.each<[string, AlarmReading, string | null]>([
  ['one that is evaluated', heard, null],
  ['one that is not', broken, 'is not evaluated (EVALUATION_ERROR)'],
  ['one without an alarm in its rule', alarm('top', { children: [] }), 'has a rule without an alarm'],
  ['one over alarms of which one has data', alarm('top', { children: ['empty', 'heard'] }), null],
  ['one over a red alarm', alarm('top', { children: ['red'] }), null],
  ['one over an alarm that pages through it alone', alarm('top', { children: ['muted'] }), null],
  ['one over one over an alarm with data', alarm('top', { children: ['nested'] }), null],
  [
    'one over alarms without data, deleted, or not evaluated',
    alarm('top', { children: ['empty', 'deleted', 'broken'] }),
    'is made of alarms that say nothing (empty, deleted, broken)',
  ],
  [
    'one in a circle',
    alarm('top', { children: ['circle', 'top'] }),
    'is made of alarms that say nothing (circle, top)',
  ],
])('the silence of %s', (_what, reading, silence) => expect(silenceOf(reading, all)).toBe(silence));
