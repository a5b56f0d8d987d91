import { alternate, localArm, type Arm } from './alternate';

/** An arm that takes `ms` of a clock of its own, and notes when it runs. */
function fakeArm(name: string, ms: number, log: string[]): Arm {
  return {
    name,
    run: (iterations) => {
      log.push(`${name}${iterations}`);
      return ms * iterations;
    },
  };
}

test('arms take turns, and the order rotates', async () => {
  const log: string[] = [];
  const result = await alternate([fakeArm('a', 5, log), fakeArm('b', 7, log)], { samples: 3, sampleMs: 0 });
  expect(log.slice(4)).toEqual(['a1', 'b1', 'b1', 'a1', 'a1', 'b1']);
  expect(result.get('b')).toMatchObject({ samples: [7, 7, 7], iterations: 1, median: 7 });
});

test('short work is repeated until a sample lasts', async () => {
  const log: string[] = [];
  const result = await alternate([fakeArm('short', 0.01, log), fakeArm('long', 50, log)], { samples: 3, sampleMs: 4 });
  const { iterations = 0, median } = result.get('short') ?? {};
  expect(iterations * 0.01).toBeGreaterThanOrEqual(4);
  expect(iterations * 0.01).toBeLessThan(12);
  expect(median).toBeCloseTo(0.01, 12);
  expect(result.get('long')?.iterations).toBe(1);
});

test('work of no measurable time ends the calibration too', async () => {
  let calls = 0;
  // A clock that counts every thousandth call only.
  const arm: Arm = { name: 'coarse', run: (iterations) => ((calls += iterations) > 1e5 ? iterations * 1e-4 : 0) };
  const result = await alternate([arm], { samples: 3, sampleMs: 1 });
  expect(result.get('coarse')?.iterations).toBeGreaterThan(1e3);
});

test('a pause may stop the measurement', async () => {
  let left = 4;
  const pause = () => {
    if (left-- === 0) throw new Error('stop');
  };
  await expect(alternate([fakeArm('a', 1, [])], { samples: 100, sampleMs: 0, pause })).rejects.toThrow('stop');
});

test('a local arm does its work as often as asked, and waits for it', async () => {
  let done = 0;
  const arm = localArm('async', async () => {
    await Promise.resolve();
    done += 1;
  });
  expect(await arm.run(5)).toBeGreaterThan(0);
  expect(done).toBe(5);
});
