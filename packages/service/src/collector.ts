import { setFlagsFromString } from 'node:v8';

/**
 * By default 64 MB of buffers that have outlived two small collections begin a collection of the whole heap, and what a
 * service reads and writes are buffers: one that holds a directory of a million people would walk through it every few
 * seconds (half of all its time was that). So buffers count as what else is on the heap does, in proportion to what is
 * held. Not to be had by NODE_OPTIONS; what it did is in docs/performance.md.
 */
export const countBuffersAsHeap = (): void => setFlagsFromString('--external-memory-accounted-in-global-limit');
