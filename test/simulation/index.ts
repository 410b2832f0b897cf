/**
 * Deterministic simulation: the real ProcessorRuntime, IntensityProcessor, AccountResolver and router, several processes of
 * each, on models of everything around them, under one scheduler. A seed decides what happens (scenario/generate.ts) and in which
 * order what waits comes (engine/scheduler.ts); the same seed gives the same run, byte for byte.
 *
 * What is modelled, behind the ports of @groundswell/kafka:
 * - time: dates that leap over quiet days, timers that do not; machines whose clocks are off (model/machine.ts, broker.ts);
 * - logs: partitions, markers that take offsets, append time, compaction at any moment, deletion of the beginning
 *   by retention or inside the window (model/cluster.ts, cleaner.ts);
 * - groups: sessions, eager rebalances, generations, refused commits, sticky and arbitrary assignments (model/group.ts,
 *   consumer.ts);
 * - sends: per partition and idempotent, but acknowledged late, not at all, written in part, or written long after they
 *   failed (model/sender.ts);
 * - processes that crash, freeze and go on as stale owners, are cut off from their group while they read and write on, stop
 *   gracefully, come back with their disk or with a damaged one: at a named point of their work (model/supervisor.ts);
 * - the sink: tables that replace rows by key and version, outages, lost places, topics read at different speeds
 *   (model/sink.ts, tables.ts);
 * - the resolver's tables, which every process reads at a pace of its own: directory, exclusions, identities, marks of machines,
 *   standing corrections (model/knowledge.ts, global-tables.ts);
 * - whoever writes touches, policies and poison (model/writers.ts, world.ts), and whoever maintains the directory, corrects
 *   decisions, takes corrections back and has people erased (model/desk.ts).
 *
 * What must hold afterwards (checks/): transitions at their exact instants, without holes for a reader that ignores what it
 * has seen, with the same bytes whenever they come again; rows, history and level records as brute force has them
 * (test/oracle, which shares no code with the product) and as an undisturbed pass over the log gives them; ticks never beyond
 * the wall; every touch with one fate; dead letters of poison alone; everything at rest in the end. Where something became known
 * beside the touches: decisions, tables, windows, scores and levels as if it had been known from the start
 * (checks/known-from-the-start.ts).
 *
 * `npx -y pnpm@12 simulate` runs seeds by the thousand and shrinks what fails (simulate.ts, scenario/shrink.ts). Bugs that
 * must be found are planted in planted/bugs.ts. Not modelled: several brokers, transactions, the resolver's replay mode, evidence
 * of identities, the service's own part of an erasure, the sink's own code.
 */
export { plantedBugs } from './planted/bugs.ts';
export { resolverBugs } from './planted/resolver-bugs.ts';
export { type RunResult, runScenario } from './run.ts';
export { type Flavour, flavours, generate } from './scenario/generate.ts';
export type { Scenario } from './scenario/scenario.ts';
export { shrink } from './scenario/shrink.ts';
