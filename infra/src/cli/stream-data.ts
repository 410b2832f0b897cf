import type { ImportReport } from '@groundswell/cli';
import type { StreamProgress } from '../board/frame.ts';
import type { MarketFiles } from './market-files.ts';
import type { PipelineClient } from './pipeline-client.ts';
import { Throughput } from './throughput.ts';

/** What is streamed: the generated market, or a file of the user's. */
export type DemoInput =
  | {
      readonly kind: 'market';
      readonly files: MarketFiles;
      readonly span: { readonly from: number; readonly to: number };
    }
  | { readonly kind: 'file'; readonly path: string };

/** A log that stands this close to now (ms) goes on live; an older one would expire at once. */
const RECENT_MS = 86_400_000;

/** Streams the data in and tells how far it has come while it does. */
export class DemoStream {
  readonly #client: PipelineClient;
  readonly #input: DemoInput;
  readonly #now: () => number;
  readonly #began: number;
  readonly #throughput = new Throughput();
  #phase = 'reading';
  #sent = 0;

  constructor(client: PipelineClient, input: DemoInput, now: () => number) {
    this.#client = client;
    this.#input = input;
    this.#now = now;
    this.#began = now();
  }

  get progress(): StreamProgress {
    const streaming = this.#phase === 'streaming';
    return {
      phase: this.#phase,
      sent: this.#sent,
      total: this.#input.kind === 'market' ? this.#input.files.touchCount : null,
      perSecond: streaming ? this.#throughput.perSecond : 0,
      span: this.#input.kind === 'market' ? this.#input.span : null,
      elapsedMs: this.#now() - this.#began,
    };
  }

  /** Resolves when everything has gone all the way. Answers what became of the touches, and whether the log runs live. */
  async run(): Promise<{ readonly report: ImportReport; readonly live: boolean }> {
    const input = this.#input;
    if (input.kind === 'market') {
      this.#phase = 'directory';
      for (const file of input.files.directory) await this.#client.importDirectory(file);
    }
    const path = input.kind === 'market' ? input.files.touches : input.path;
    const report = await this.#client.importTouches(
      path,
      input.kind === 'market' ? input.span.to : null,
      ({ records }) => {
        this.#phase = 'streaming';
        this.#sent = records;
        this.#throughput.note(records, this.#now());
      },
    );
    this.#sent = report.records;
    this.#phase = 'settling';
    await this.#client.settle();
    const live = report.clock !== null && report.clock > this.#now() - RECENT_MS;
    if (live) {
      await this.#client.goLive();
      await this.#client.settle();
    }
    this.#phase = 'through';
    return { report, live };
  }
}
