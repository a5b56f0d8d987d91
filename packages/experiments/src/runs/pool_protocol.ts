/** What a pool tells a worker. */
export type ToWorker = { readonly kind: 'task'; readonly task: unknown } | { readonly kind: 'stop'; readonly signal: NodeJS.Signals };

/** What a worker tells its pool. */
export type FromWorker =
  | { readonly kind: 'begin'; readonly done: number }
  | { readonly kind: 'step'; readonly done: number; readonly detail: string }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'interrupted'; readonly signal: NodeJS.Signals; readonly message: string }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };
