import { allowedDifferences, disagreements, lossDifference, lossSpread } from './agreement';
import { programOf, type ArmName } from './arms';
import { checkGoals } from './goals';
import { COMPARED_STEPS, copiesOfOurs, measureModel } from './measure_model';
import type { ArmProcess } from './processes';
import type { StepRequest, StepSubject } from './protocol';
import type { StepRow } from './rows';
import { lossTable, reluTable, stepTable } from './tables';

const subject: StepSubject = { model: 'cnn', segments: null, seed: 1, learningRate: 0.1, momentum: 0.9, files: { network: 'n', weights: 'w', batches: 'b' } };
const options = { batchSize: 4, samples: 4, sampleMs: 10, warmupMs: 20, pause: () => undefined };

/** An arm whose steps take `ms`, the first of each request ten times that, and whose loss falls from `loss` by a tenth a step. */
function fakeArm(arm: ArmName, ms: number, loss: number, log: string[]): ArmProcess {
  let step = 0;
  const { program } = programOf(arm);
  const answers = (request: StepRequest): unknown => {
    if (request.kind === 'memory') return { peakMB: 100 * ms, keptMB: program === 'keras' ? null : ms };
    if (request.kind !== 'run') return null;
    log.push(`${arm} ${request.steps}`);
    const took = Array.from({ length: request.steps }, (_, i) => (i === 0 && request.steps > 2 ? 10 * ms : ms));
    return { ms: took, processorMs: took.map((value) => 2 * value), loss: Array.from({ length: request.steps }, () => loss * 0.9 ** step++) };
  };
  return { arm, versions: {}, process: { request: <Result>(message: object) => Promise.resolve(answers(message as StepRequest) as Result), stop: () => Promise.resolve() } };
}

test('arms take turns after a warm-up, and the first step of a turn does not count', async () => {
  const log: string[] = [];
  const { rows, losses } = await measureModel(subject, [fakeArm('ours', 2, 3, log), fakeArm('keras', 4, 3.00001, log)], options);
  expect(log[0]).toBe(`ours ${COMPARED_STEPS}`);
  const turns = log.slice(-8).map((entry) => entry.split(' ')[0]);
  expect(turns).toEqual(['ours', 'keras', 'keras', 'ours', 'ours', 'keras', 'keras', 'ours']);
  expect(rows.map(({ arm, msMedian, msMin, peakMemoryMB, oursRatio, oursMemoryRatio }) => [arm, msMedian, msMin, peakMemoryMB, oursRatio, oursMemoryRatio])).toEqual([
    ['ours', 2, 2, 200, 1, 1],
    ['keras', 4, 4, 400, 0.5, 0.5],
  ]);
  expect(rows[0]?.iterations).toBeGreaterThanOrEqual(5);
  expect(losses[1]?.loss[0]).toBe(3.00001);
  expect(disagreements(losses, [0, 0, 0, 0, 0])).toEqual([]);
  expect(stepTable(rows).rows[1]?.slice(0, 8)).toEqual(['cnn', 'keras', '4', '4.00', '4.00', '0', '0.500', '2.00']);
});

test('a request to stop ends the measurement', async () => {
  let left = 3;
  const pause = () => {
    if (left-- === 0) throw new Error('stop');
  };
  await expect(measureModel(subject, [fakeArm('ours', 2, 3, []), fakeArm('stock', 4, 3, [])], { ...options, pause })).rejects.toThrow('stop');
});

test('losses that differ are named; those with ReLU are compared with ours on that network', () => {
  const losses = [
    { arm: 'ours', loss: [2, 1] },
    { arm: 'ours-relu', loss: [5, 4] },
    { arm: 'stock', loss: [2.00001, 1] },
    { arm: 'stock-relu', loss: [5, 4.1] },
    { arm: 'keras', loss: [2, 1.01] },
  ] as const;
  expect(disagreements(losses, [0, 0])).toEqual([expect.stringMatching(/^stock-relu has the loss 4.1 in step 2, ours 4/), expect.stringMatching(/^keras has the loss 1.01 in step 2, ours 1: a relative difference of 0.01/)]);
  expect(disagreements([losses[0], { arm: 'keras', loss: [2, NaN] }], [0, 1])).toHaveLength(1);
  expect(disagreements([losses[0], { arm: 'keras', loss: [2] }], [0, 1])).toHaveLength(1);
  expect(lossDifference([2, 1], [2.0001, 1])).toBeCloseTo(5e-5, 10);
  expect(lossTable('cnn', losses, [0, 0]).rows.map((row) => row.at(-1))).toEqual(['', '', '5.0e-6', '2.5e-2', '1.0e-2', '']);
});

test('what rounding does to ours is allowed to others, from the step on in which it does so', () => {
  const spread = lossSpread([2, 1, 1], [[2, 1.01, 1], [2, 0.99, 1.001]]);
  expect(spread).toEqual([0, expect.closeTo(0.01, 10), expect.closeTo(0.01, 10)]);
  expect(allowedDifferences(spread)[0]).toBeLessThan(1e-4);
  const keras = (loss: readonly number[]) => disagreements([{ arm: 'ours', loss: [2, 1, 1] }, { arm: 'keras', loss }], spread);
  expect(keras([2, 1.03, 0.97])).toEqual([]);
  expect(keras([2.001, 1, 1])).toHaveLength(1);
  expect(keras([2, 1.1, 1])).toHaveLength(1);
});

test('copies of ours start from weights of their own', async () => {
  const nudges: unknown[] = [];
  const process = { request: <Result>(message: object) => {
    const request = message as StepRequest;
    if (request.kind === 'prepare') nudges.push([request.arm, request.subject.nudge]);
    return Promise.resolve({ loss: [nudges.length] } as Result);
  }, stop: () => Promise.resolve() };
  expect(await copiesOfOurs(process, subject)).toEqual([[1], [2], [3]]);
  expect(nudges).toEqual([['ours', 1], ['ours', 2], ['ours', 3]]);
});

test('goals are checked where there is a figure', () => {
  const row = (model: StepRow['model'], arm: ArmName, oursRatio: number, oursMemoryRatio = 1, more: Partial<StepRow> = {}): StepRow => ({ model, segments: null, arm, keptMB: null, reluRatio: null, reluProcessorRatio: null, processorMs: 1, batch: 64, msMedian: 1, msMin: 1, spread: 0, peakMemoryMB: 1, oursRatio, oursMemoryRatio, samples: 3, iterations: 1, ...more });
  expect(checkGoals([row('cnn', 'ours', 1)])).toEqual([]);
  expect(checkGoals([row('cnn', 'keras', 0.91), row('cnn', 'stock', 0.2), row('resnet50', 'keras', 0.95, 1.01)]).map(({ limit, measured, met }) => [limit, measured, met])).toEqual([
    [0.9, 0.91, false],
    [0.95, 0.95, true],
    [1, 1.01, false],
    [0.25, 0.2, true],
  ]);
  const apl = (segments: number, reluRatio: number): StepRow => row('apl', 'ours', 1, 1, { segments, reluRatio });
  expect(checkGoals([apl(10, 1.2), apl(5, 1.05)]).map(({ limit, measured, met }) => [limit, measured, met])).toEqual([[1.1, 1.05, true]]);
});

test('what APL costs over ReLU is told program by program', async () => {
  const subjectOf = { ...subject, model: 'apl', segments: 2 } as const;
  const { rows } = await measureModel(subjectOf, [fakeArm('ours', 3, 3, []), fakeArm('ours-relu', 2, 3, []), fakeArm('keras', 9, 3, []), fakeArm('keras-relu', 3, 3, [])], options);
  expect(rows.map(({ arm, reluRatio }) => [arm, reluRatio])).toEqual([['ours', 1.5], ['ours-relu', null], ['keras', 3], ['keras-relu', null]]);
  expect(reluTable(rows).rows).toEqual([
    ['apl', '2', 'ours', '3.00', '2.00', '1.500', '6.00', '4.00', '1.500', '3.0', '2.0', '300', '200'],
    ['apl', '2', 'keras', '9.00', '3.00', '3.000', '18.0', '6.00', '3.000', '-', '-', '900', '300'],
  ]);
  expect(reluTable(rows.slice(0, 1)).rows).toEqual([]);
});
