import * as path from 'node:path';
import type { Table } from '../../report/table';
import { programOf, type ArmName } from './arms';
import { request } from './measure_model';
import { startNode, startPython } from './processes';
import type { ExportedGraph, ProfileAnswer, StepSubject } from './protocol';

/** Where the time of an arm's step goes. */
export interface StepProfile extends ProfileAnswer {
  readonly arm: ArmName;
}

/** Steps that are profiled: TensorFlow keeps every event in memory. */
const STEPS = { cnn: 200, apl: 200, resnet50: 8, 'apl-cnn': 8, 'bert-tiny': 20, 'bert-tiny-dropout': 20 } as const;

/** Programs whose step is one function of TensorFlow. */
const PROFILED: readonly string[] = ['ours', 'composite', 'captured', 'keras'];

/** Profiles the compiled arms of a model and Keras, all in Python, where TensorFlow's profiler can be read; ours as the GraphDef that compile() writes. */
export async function profileModel(subject: StepSubject, arms: readonly ArmName[], threads: number, print: (line: string) => void): Promise<readonly StepProfile[]> {
  const steps = STEPS[subject.model];
  const profiles: StepProfile[] = [];
  for (const arm of arms) {
    const { program, relu } = programOf(arm);
    if (relu || !PROFILED.includes(program)) continue;
    const python = await startPython('keras', threads, print);
    try {
      const graph = program === 'keras' ? null : await exportStep(arm, subject, threads);
      profiles.push({ arm, ...(await request<ProfileAnswer>({ process: python }, { kind: 'profile', subject, steps, graph })) });
    } finally {
      await python.stop();
    }
  }
  return profiles;
}

async function exportStep(arm: ArmName, subject: StepSubject, threads: number): Promise<ExportedGraph> {
  const process = startNode(arm, threads);
  try {
    await request({ process }, { kind: 'prepare', arm, subject });
    return await request<ExportedGraph>({ process }, { kind: 'graph', folder: path.dirname(subject.files.weights) });
  } finally {
    await process.stop();
  }
}

/** Kinds of op that are shown: the rest of them share a line. */
const SHOWN = 16;

/** Microseconds a step, by kind of op: one column for each arm, the longest of the first arm first. */
export function profileTable(model: string, profiles: readonly StepProfile[]): Table {
  const names = [...new Set(profiles.flatMap(({ ops }) => ops.map(({ op }) => op)))];
  const cost = (op: string): number => Math.max(...profiles.map((profile) => find(profile, op)?.us ?? 0));
  const sorted = names.sort((a, b) => cost(b) - cost(a));
  const shown = sorted.slice(0, SHOWN);
  const cells = (value: (profile: StepProfile) => readonly [count: number, us: number]) =>
    profiles.flatMap((profile) => value(profile)).map((number, i) => (i % 2 === 0 ? String(Math.round(number)) : number.toFixed(0)));
  const sum = (profile: StepProfile, ops: readonly string[]): readonly [number, number] => [
    ops.reduce((total, op) => total + (find(profile, op)?.count ?? 0), 0),
    ops.reduce((total, op) => total + (find(profile, op)?.us ?? 0), 0),
  ];
  return {
    header: ['model', 'op', ...profiles.flatMap(({ arm }) => [`${arm}: runs`, `${arm}: us`])],
    rows: [
      ...shown.map((op) => [model, op, ...cells((profile) => sum(profile, [op]))]),
      [model, 'other ops', ...cells((profile) => sum(profile, sorted.slice(SHOWN)))],
      [model, 'all ops, over threads', ...cells((profile) => sum(profile, sorted))],
      [model, 'a step, profiled', ...profiles.flatMap(({ profiledMs }) => ['', (1000 * profiledMs).toFixed(0)])],
      [model, 'a step', ...profiles.flatMap(({ ms }) => ['', (1000 * ms).toFixed(0)])],
    ],
  };
}

function find({ ops }: StepProfile, name: string): ProfileAnswer['ops'][number] | undefined {
  return ops.find(({ op }) => op === name);
}
