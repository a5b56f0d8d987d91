/** The names of all ways to start a and b; what they draw is in `apl_initialization.ts`. */
export const APL_INITIALIZATIONS = ['agostinelli', 'agostinelli2014', 'agostinelliNin', 'caffe', 'park', 'echoAi', 'deepSplines', 'zeros', 'linspace', 'uniform'] as const;

/** A way to start a and b, by name. */
export type AplInitialization = (typeof APL_INITIALIZATIONS)[number];
