import type { Output } from '../../../command';
import { EXIT } from '../../../exit_codes';
import type { SweepExecutor, Work } from '../executor';
import { callTool } from '../tool';
import { jobsOf } from './job';
import { recordJob } from './jobs';
import type { KubernetesOptions } from './options';
import { kubernetesTasks } from './queue';

/** Hands items to Kubernetes as an Indexed Job, through kubectl. */
export class KubernetesExecutor implements SweepExecutor {
  readonly name = 'kubernetes';

  constructor(private readonly options: KubernetesOptions) {}

  /** The manifest, for `kubectl create -f -`. */
  describe(work: Work): string {
    const manifests = jobsOf(firstRound(work), this.options).map(({ manifest }) => manifest);
    return JSON.stringify(manifests.length === 1 ? manifests[0] : { apiVersion: 'v1', kind: 'List', items: manifests }, null, 2);
  }

  submit(work: Work, output: Output): Promise<number> {
    const { folder } = work;
    const { open } = kubernetesTasks(folder);
    const round = firstRound(work);
    const items = round.items.filter((item) => !open.has(item));
    if (items.length < round.items.length) output.print(`${round.items.length - items.length} items are in Kubernetes already`);
    if (items.length === 0) {
      output.print('nothing to submit');
      return Promise.resolve(EXIT.done);
    }
    const { namespace } = this.options;
    for (const { items: of, manifest } of jobsOf({ ...work, items }, this.options)) {
      // `apply` cannot leave the name to the cluster.
      const answer = callTool('kubectl', ['create', '--filename=-', '--output=name'], JSON.stringify(manifest));
      const [, name] = /^job\.batch\/([a-z0-9-]+)$/.exec(answer.trim()) ?? [];
      if (name === undefined) throw new Error(`kubectl: expected the name of a Job, got "${answer.trim()}"`);
      recordJob(folder, { name, namespace, items: of });
      output.print(`${of.length} items in Job ${name}`);
    }
    const later = work.items.length - round.items.length;
    if (later > 0) output.print(`${later} items of later rounds wait; submit again when these are done`);
    return Promise.resolve(EXIT.done);
  }
}

/** Items of the first round that is not finished: pods that wait for others would hold their places. */
function firstRound(work: Work): Work {
  const { folder, items } = work;
  const [first = 0] = items;
  const stage = folder.stages.find(({ from, count }) => first < from + count);
  return { ...work, items: stage ? items.filter((item) => item < stage.from + stage.count) : items };
}
