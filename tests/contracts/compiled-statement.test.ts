import { compiled } from '../../src/store/compiled-statement.ts';

function connection(rows: readonly (readonly unknown[])[]) {
  const asked: unknown[] = [];
  return {
    asked,
    query: async (query: object, values: readonly unknown[]) => {
      asked.push({ ...query, values });
      return { rows };
    },
  };
}

test('values replace their placeholders, JSON as text, null as null, and fixed parts stay', async () => {
  const statement = compiled({
    name: 'a',
    text: 'update',
    params: [['spec', JSON.stringify], ['signal', JSON.stringify], 'id', { value: false }],
  });
  const to = connection([]);
  await statement(to).execute({ id: 'd-1', spec: { a: 1 }, signal: null });
  expect(to.asked).toEqual([{ name: 'a', text: 'update', values: ['{"a":1}', null, 'd-1', false] }]);
});

test('a placeholder without a value is an error, and no statement is sent', async () => {
  const to = connection([]);
  const execute = compiled({ name: 'a', text: 'select', params: ['id'] })(to).execute({});
  await expect(execute).rejects.toThrow('No value for the placeholder id.');
  expect(to.asked).toEqual([]);
});

test('a row becomes an object with the parts of its columns, each read as its type', async () => {
  const statement = compiled({
    name: 'a',
    text: 'select',
    params: [],
    fields: [
      [
        'deployment.id',
        ['deployment.fence', Number],
        ['deployment.spec', (text: string) => JSON.parse(text)],
        ['deployment.because', (text: string) => JSON.parse(text)],
      ],
      ['waitToken'],
    ],
  });
  const to = connection([['d-1', '12', '{"a":1}', null, null]]);
  expect(await statement(to).execute()).toEqual([
    { deployment: { id: 'd-1', fence: 12, spec: { a: 1 }, because: null }, waitToken: null },
  ]);
  expect(to.asked).toEqual([{ name: 'a', text: 'select', rowMode: 'array', values: [] }]);
});
