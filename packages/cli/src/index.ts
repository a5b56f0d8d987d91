export type { Io } from './command/io';
export { main } from './program';
