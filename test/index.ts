export { fuzz } from './fuzz/fuzz.ts';
export { sharedData } from './shared-data.ts';
