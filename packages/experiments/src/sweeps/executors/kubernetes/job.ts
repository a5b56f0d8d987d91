import { UsageError } from '../../../config/errors';
import { EXIT } from '../../../exit_codes';
import { threadEnvironment } from '../../../threads';
import type { Work } from '../executor';
import { rangesOf } from '../ranges';
import type { KubernetesOptions } from './options';

/** Completions of a Job, at most (batch/v1; more would bound parallelism and failures). */
export const MOST_COMPLETIONS = 100_000;
/** Where the claim is mounted. */
const MOUNT = '/sweeps';
/** Of the names of Jobs, so that those of their pods (name-index-random) stay under 63 characters. */
const LONGEST_NAME = 40;

/** Linux takes 131,072 bytes in one argument. */
const LONGEST_ARGUMENT = 120_000;

/** A Job of `batch/v1` as it is sent. */
export type JobManifest = Readonly<Record<string, unknown>>;

/** The label that the Jobs of a sweep share. */
export function sweepLabel(name: string): string {
  // Labels end with a letter or digit and have 63 characters at most.
  return name.slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'sweep';
}

/** The Jobs that run some items: one, unless there are very many. */
export function jobsOf(work: Work, options: KubernetesOptions): { readonly items: readonly number[]; readonly manifest: JobManifest }[] {
  const chunks = Array.from({ length: Math.ceil(work.items.length / MOST_COMPLETIONS) }, (_, i) => work.items.slice(i * MOST_COMPLETIONS, (i + 1) * MOST_COMPLETIONS));
  return chunks.map((items) => ({ items, manifest: jobOf({ ...work, items }, options) }));
}

/** An Indexed Job: index I is the I-th of the items. @throws UsageError where they cannot be written in one argument */
function jobOf({ folder, items, threads }: Work, options: KubernetesOptions): JobManifest {
  const { namespace, localQueue, maxRunning, retries } = options;
  const { name } = folder.sweep;
  const labels = { 'app.kubernetes.io/name': 'activations', 'app.kubernetes.io/component': 'sweep', 'app.kubernetes.io/instance': sweepLabel(name) };
  const prefix = `activations-${name.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}`.slice(0, LONGEST_NAME).replace(/-+$/, '');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      generateName: `${prefix}-`,
      ...(namespace !== null && { namespace }),
      labels: { ...labels, ...(localQueue !== null && { 'kueue.x-k8s.io/queue-name': localQueue }) },
    },
    spec: {
      completions: items.length,
      parallelism: Math.min(maxRunning ?? items.length, items.length),
      completionMode: 'Indexed',
      // An item that fails does not end the others.
      backoffLimitPerIndex: retries,
      // No second process for an item while the first one still writes its checkpoint.
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [
          // Drained, preempted, evicted: it goes on from its checkpoint, as often as that takes.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          // The item itself is at fault, and says why in its mark: another start would end the same way.
          { action: 'FailIndex', onExitCodes: { containerName: 'task', operator: 'In', values: [EXIT.failed, EXIT.usage] } },
        ],
      },
      // Kueue lets it begin.
      ...(localQueue !== null && { suspend: true }),
      template: { metadata: { labels }, spec: podOf(folder.sweep.items === items.length ? null : rangesArgument(items), threads, options) },
    },
  };
}

function rangesArgument(items: readonly number[]): string {
  const ranges = rangesOf(items);
  if (ranges.length > LONGEST_ARGUMENT) throw new UsageError(`executor: what is left of the sweep are ${items.length} items in too many pieces for one argument (${ranges.length} characters, at most ${LONGEST_ARGUMENT})`);
  return ranges;
}

function podOf(items: string | null, threads: number, options: KubernetesOptions): Readonly<Record<string, unknown>> {
  const { image, command, claim, claimPath, memory, cpus, gpus, grace, user } = options;
  const quantities = { cpu: String(cpus ?? threads), ...(memory !== null && { memory: `${memory}Mi` }) };
  const limits = { ...(memory !== null && { memory: `${memory}Mi` }), ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }) };
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: grace,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' }, ...(user !== null && { runAsUser: user, runAsGroup: user, runAsNonRoot: user !== 0 }) },
    containers: [
      {
        name: 'task',
        image,
        command,
        // The index comes as JOB_COMPLETION_INDEX.
        args: ['sweep', 'task', `${MOUNT}/${claimPath}`, ...(items === null ? [] : [`--items=${items}`])],
        env: Object.entries(threadEnvironment(threads)).map(([name, value]) => ({ name, value })),
        resources: { requests: quantities, ...(Object.keys(limits).length > 0 && { limits }) },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [{ name: 'sweeps', mountPath: MOUNT }],
      },
    ],
    volumes: [{ name: 'sweeps', persistentVolumeClaim: { claimName: claim } }],
  };
}
