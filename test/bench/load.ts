import { Worker } from 'node:worker_threads';

export interface LoadSpec {
  readonly intakeUrl: string;
  /** part of every touch's id: two loads with one name send duplicates */
  readonly run: string;
  /** touches a second; 0: as fast as they are answered */
  readonly rate: number;
  readonly seconds: number;
  /** epoch ms of touch number 0 */
  readonly startAt: number;
  /** touches of a request, at most */
  readonly batch: number;
  /** ms between requests of an open loop */
  readonly everyMs: number;
  /** requests at a time of a closed loop */
  readonly lanes: number;
  /** some accounts are probes: see load-plan.ts */
  readonly probes: boolean;
}

export interface LoadReport {
  /** touches acknowledged */
  readonly sent: number;
  readonly requests: number;
  readonly retries: number;
  readonly mostInFlight: number;
  /** closed loop: ms from each request to its answer, repetitions included */
  readonly latencies: readonly number[];
}

/** Milliseconds of thread start and planning before the first touch is due. */
export const LOAD_LEAD_MS = 3_000;

/** Sends a load and resolves when all of it is acknowledged. Rejects when intake refuses touches. */
export const runLoad = (spec: LoadSpec): Promise<LoadReport> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: spec });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the load ended with ${code} and no report`)));
  });
