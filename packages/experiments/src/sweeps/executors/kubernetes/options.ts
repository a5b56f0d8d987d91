/** What a Job asks Kubernetes for; null: nothing is said. */
export interface KubernetesOptions {
  /** Of the container; it holds the command. */
  readonly image: string;
  /** The `activations` command in the image. */
  readonly command: readonly string[];
  readonly namespace: string | null;
  /** The PersistentVolumeClaim that holds the sweep's folder. */
  readonly claim: string;
  /** Where the sweep's folder lies in the claim. */
  readonly claimPath: string;
  /** Kueue's LocalQueue. */
  readonly localQueue: string | null;
  /** Megabytes of a task. */
  readonly memory: number | null;
  readonly cpus: number | null;
  readonly gpus: number;
  /** Tasks at a time, at most. */
  readonly maxRunning: number | null;
  /** Starts of an item after a first one that failed for another reason than the item. */
  readonly retries: number;
  /** Seconds that a run has for its checkpoint. */
  readonly grace: number;
  /** User and group that own the folder: numbers. */
  readonly user: number | null;
}

/** Names of objects (RFC 1123, a label). */
export const KUBERNETES_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** References to images: no blanks, no control characters. */
export const IMAGE = /^[a-z0-9][\w./:@-]*$/i;
