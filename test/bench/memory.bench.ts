import { type Benchmark, type BenchmarkRun, wholeOption } from './benchmark.ts';
import { batchesOf, Core } from './core.ts';
import { liveTouches } from './core-streams.ts';
import { rssMbOf } from './process-usage.ts';

const MB = 1024 * 1024;
/** Small, so that the touches still to come weigh little beside the state. */
const BATCH = 10_000;

export const benchmark: Benchmark = {
  summary: 'bytes of state per live touch, and resident memory of the process, in process; then snapshots of it',
  options: { touches: '1000000' },
  async *run(run: BenchmarkRun) {
    const touches = wholeOption(run, 'touches');
    const core = new Core('plain');
    const start = performance.now();
    const cpu = process.cpuUsage();
    for (const batch of batchesOf(liveTouches(touches), BATCH)) {
      core.process(batch);
      core.flush();
    }
    const { user, system } = process.cpuUsage(cpu);
    const stats = core.states.map(({ store }) => store.stats());
    const sum = (of: (one: (typeof stats)[number]) => number): number =>
      stats.reduce((total, one) => total + of(one), 0);
    const live = sum((one) => one.touches);
    const spent = { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
    yield {
      case: 'live touches',
      n: live,
      ...spent,
      accounts: sum((one) => one.accounts),
      bytesPerTouch: sum((one) => one.bytes) / live,
      dictionaryBytesPerTouch: sum((one) => one.dictionaryBytes) / live,
      rssMb: await rssMbOf(process.pid),
      heapMb: process.memoryUsage().heapUsed / MB,
    };
    const { snapshots } = core.processor;
    const saving = performance.now();
    const saved = core.states.map((state) => snapshots.save(state));
    const saveSeconds = (performance.now() - saving) / 1000;
    const before = process.cpuUsage();
    const loading = performance.now();
    const loaded = saved.map((bytes, partition) => snapshots.load(partition, bytes));
    const seconds = (performance.now() - loading) / 1000;
    const used = process.cpuUsage(before);
    yield {
      case: 'snapshots loaded',
      n: loaded.reduce((total, { store }) => total + store.stats().touches, 0),
      seconds,
      cpuSeconds: (used.user + used.system) / 1e6,
      saveSeconds,
      snapshotBytesPerTouch: saved.reduce((total, bytes) => total + bytes.length, 0) / live,
    };
  },
};
