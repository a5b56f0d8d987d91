export { main, type Output } from './program';
