import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const brokerPom = join(import.meta.dirname, '..', '..', 'infra', 'jvm', 'kafka', 'pom.xml');

/** What a figure must not be read without. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly kafka: string;
  /** of one minute, at the start of the run: above 0.5 somebody else was working */
  readonly loadAtStart: number;
}

/** The machine as it is now. */
export const readMachine = async (): Promise<Machine> => {
  const all = cpus();
  const pom = await readFile(brokerPom, 'utf8');
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version.slice(1),
    kafka: /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1] ?? 'unknown',
    loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
};
