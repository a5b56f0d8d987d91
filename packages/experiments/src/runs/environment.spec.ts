import * as fs from 'node:fs';
import * as os from 'node:os';
import { describeEnvironment, processor } from './environment';

jest.mock('node:fs', () => ({ ...jest.requireActual<typeof fs>('node:fs'), readFileSync: jest.fn() }));
const readFile = jest.mocked(fs.readFileSync);
const name = os.cpus()[0]?.model ?? 'unknown';

test("a processor's family and model are named where Linux tells them", () => {
  readFile.mockReturnValueOnce('processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n');
  expect(processor()).toBe(`${name} (family 25, model 17)`);
});

test('elsewhere its name must do', () => {
  readFile.mockReturnValueOnce('processor\t: 0\nBogoMIPS\t: 50.00\n');
  expect(processor()).toBe(name);
  readFile.mockImplementationOnce(() => { throw Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' }); });
  expect(describeEnvironment({ seed: 1 })).toMatchObject({ cpu: name, seed: 1 });
});
