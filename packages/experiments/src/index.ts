export { runCommand, type Output } from './command';
export { EXIT } from './exit_codes';
export { experimentNames } from './registry';
