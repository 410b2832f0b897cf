/**
 * Sends touches to intake from a thread of its own. Open loop: touch number i is due at `start + i / rate`, whatever
 * happened to those before it; what is due is sent together every few milliseconds, and nobody waits for answers.
 * Closed loop: so many requests at a time, as fast as they are answered.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadReport, LoadSpec } from './load.ts';
import { type LoadPlan, peersPlan, probesPlan } from './load-plan.ts';

const spec: LoadSpec = workerData;
const plan: LoadPlan = spec.probes ? probesPlan(spec.run, spec.rate) : peersPlan();
const agent = new Agent({ keepAlive: true, maxSockets: Math.max(64, spec.lanes) });
const url = new URL(`${spec.intakeUrl}/v1/touches`);
const RETRY_MS = 200;
/** After so many failures of one request the run is worth nothing. */
const MOST_RETRIES = 600;

const report = { sent: 0, requests: 0, retries: 0, mostInFlight: 0, latencies: [] as number[] };
let inFlight = 0;

const now = (): number => performance.timeOrigin + performance.now();

const line = (index: number, time: number): string => {
  const { account, person, type, product } = plan.touchAt(index);
  return `{"id":"${spec.run}-${index}","time":${Math.floor(time)},"type":"${type}","source":"load","person":{"email":"p${person}@${account}"},"account":{"id":"${account}"},"product":"${product}","channel":"web"}\n`;
};

/** The status of the answer; 0 when there was none. */
const post = (body: Buffer): Promise<number> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', () => resolve(0));
    });
    sending.once('error', () => resolve(0));
    sending.end(body);
  });

/** Sends touches from `first` until they are acknowledged; the same ids again are duplicates, which count once. */
const send = async (first: number, count: number, timeOf: (index: number) => number): Promise<void> => {
  let text = '';
  for (let index = first; index < first + count; index++) text += line(index, timeOf(index));
  const body = Buffer.from(text);
  inFlight += 1;
  report.mostInFlight = Math.max(report.mostInFlight, inFlight);
  for (let attempt = 0; ; attempt++) {
    const status = await post(body);
    if (status === 202) break;
    if (status === 400 || status === 422 || attempt >= MOST_RETRIES) throw new Error(`intake answered ${status}`);
    report.retries += 1;
    await sleep(RETRY_MS);
  }
  inFlight -= 1;
  report.requests += 1;
  report.sent += count;
};

const openLoop = async (): Promise<void> => {
  const total = Math.floor(spec.rate * spec.seconds);
  const dueAt = (index: number): number => spec.startAt + (index * 1000) / spec.rate;
  const sending = new Set<Promise<void>>();
  let failure: unknown;
  let next = 0;
  while (next < total && failure === undefined) {
    const due = Math.min(total, Math.floor(((now() - spec.startAt) * spec.rate) / 1000) + 1);
    for (; next < due; next += Math.min(spec.batch, due - next)) {
      const one = send(next, Math.min(spec.batch, due - next), dueAt)
        .catch((error: unknown) => {
          failure = error;
        })
        .finally(() => sending.delete(one));
      sending.add(one);
    }
    await sleep(spec.everyMs);
  }
  await Promise.all(sending);
  if (failure !== undefined) throw failure;
};

const closedLoop = async (): Promise<void> => {
  const end = spec.startAt + spec.seconds * 1000;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (now() < end) {
      const first = next;
      next += spec.batch;
      const began = performance.now();
      await send(first, spec.batch, now);
      report.latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: spec.lanes }, lane));
};

await sleep(Math.max(0, spec.startAt - now()));
await (spec.rate > 0 ? openLoop() : closedLoop());
agent.destroy();
parentPort?.postMessage(report satisfies LoadReport);
