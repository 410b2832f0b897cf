import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError, reasonOf } from '../command-error.ts';
import type { InputFile } from './input.ts';
import { type RejectionSummary, rejectionSummarySchema } from './rejections.ts';

/** How far an import has come. Everything up to here was acknowledged by touch-intake. */
export interface Checkpoint {
  /** records acknowledged, in the order in which they are sent */
  readonly records: number;
  /** line of the last of them */
  readonly line: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejections: readonly RejectionSummary[];
}

const checkpointSchema = z.object({
  file: z.string(),
  records: z.number().int().min(0),
  line: z.number().int().min(0),
  accepted: z.number().int().min(0),
  rejected: z.number().int().min(0),
  rejections: z.array(rejectionSummarySchema),
});

export interface CheckpointStore {
  /** null: there is nothing to resume */
  load(): Promise<Checkpoint | null>;
  save(checkpoint: Checkpoint): Promise<void>;
  remove(): Promise<void>;
}

/** An input that cannot be read twice is not resumed: sending it again is harmless, since ids make it idempotent. */
export const noCheckpoint: CheckpointStore = {
  load: async () => null,
  save: async () => undefined,
  remove: async () => undefined,
};

/**
 * Name of an import: the same file (path, size and time of change) sent in the same way to the same stack.
 * Anything else is another import and starts at its beginning.
 */
export const checkpointName = (file: InputFile, options: Readonly<Record<string, string | number | boolean>>): string =>
  createHash('sha256')
    .update(JSON.stringify([file.path, file.size, file.modifiedMs, Object.entries(options).sort()]))
    .digest('hex')
    .slice(0, 32);

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A checkpoint in a file of `dir`, replaced atomically: a crash leaves the old one or the new one. */
export const fileCheckpoint = (dir: string, name: string, file: InputFile): CheckpointStore => {
  const path = join(dir, `${name}.json`);
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
      try {
        return checkpointSchema.parse(JSON.parse(text));
      } catch (error) {
        throw new CommandError({
          what: 'the checkpoint of this import cannot be read',
          where: `${path}: ${reasonOf(error)}`,
          remedy: 'start the import anew with --restart; records that were imported before are recognised by their ids',
          cause: error,
        });
      }
    },
    async save(checkpoint) {
      await mkdir(dir, { recursive: true });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, `${JSON.stringify({ file: file.name, ...checkpoint })}\n`);
      await rename(temporary, path);
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
};
