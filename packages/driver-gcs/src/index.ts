export { DRIVER } from './errors.ts';
