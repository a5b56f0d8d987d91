import { WorkerProcess } from './worker_process';

const worker = (source: string) => new WorkerProcess({ name: 'worker', program: process.execPath, arguments: ['-e', source], environment: { SIDE: 'child' } });

const ECHO = `require('node:readline').createInterface({input: process.stdin}).on('line', (line) => {
  const message = JSON.parse(line);
  console.log('a library prints this');
  console.log('{"and": "this"}');
  if (message.fail) console.log(JSON.stringify({error: 'no such arm'}));
  else if (message.die) { console.error('out of memory'); process.exit(7); }
  else console.log(JSON.stringify({result: message.value + process.env.SIDE}));
});`;

test('answers come back in order, past what libraries print', async () => {
  const child = worker(ECHO);
  expect(await Promise.all([child.request({ value: 'a ' }), child.request({ value: 'b ' })])).toEqual(['a child', 'b child']);
  await expect(child.request({ fail: true })).rejects.toThrow('worker: no such arm');
  expect(await child.request({ value: 'c ' })).toBe('c child');
  await child.stop();
});

test('a worker that ends fails its requests with what it said last', async () => {
  const child = worker(ECHO);
  await expect(child.request({ die: true })).rejects.toThrow(/worker: ended with exit code 7\nout of memory/);
  await expect(child.request({ value: 'x' })).rejects.toThrow('exit code 7');
  await child.stop();
});

test('a program that does not exist is named', async () => {
  const child = new WorkerProcess({ name: 'peer', program: '/no/such/python', arguments: [], environment: {} });
  await expect(child.request({})).rejects.toThrow(/peer: .*ENOENT/);
});
