import { loadBinding } from './load';

/** The binding of this environment; importing this file loads TensorFlow. */
export const binding = loadBinding();
