import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { RecordMark } from './partition-task.ts';
import type { SnapshotStore } from './ports.ts';

const MAGIC = 'GSNP1\n';
const HEADER_LENGTH_BYTES = 4;

/** What a snapshot is of. Anything else than an exact match makes it worthless. */
export interface SnapshotIdentity {
  /** physical name of the input topic */
  readonly topic: string;
  readonly groupId: string;
  readonly partition: number;
  /** of the processor's format */
  readonly version: string;
}

export interface Snapshot {
  readonly mark: RecordMark;
  readonly state: Uint8Array;
}

const headerSchema = z.object({
  topic: z.string(),
  groupId: z.string(),
  partition: z.number(),
  version: z.string(),
  mark: z.object({ offset: z.number(), timestamp: z.number(), crc: z.number() }),
  bytes: z.number(),
  crc: z.number(),
});

export const snapshotName = ({ groupId, partition }: SnapshotIdentity): string =>
  `${groupId.replace(/[^\w.-]/g, '_')}-${partition}.snapshot`;

export const encodeSnapshot = (identity: SnapshotIdentity, { mark, state }: Snapshot): Uint8Array => {
  const { topic, groupId, partition, version } = identity;
  const fields: z.infer<typeof headerSchema> = {
    topic,
    groupId,
    partition,
    version,
    mark,
    bytes: state.length,
    crc: crc32(state),
  };
  const header = Buffer.from(JSON.stringify(fields));
  const length = Buffer.alloc(HEADER_LENGTH_BYTES);
  length.writeUInt32BE(header.length);
  return Buffer.concat([Buffer.from(MAGIC), length, header, state]);
};

const parseHeader = (bytes: Uint8Array): { header: z.infer<typeof headerSchema>; state: Uint8Array } | null => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = MAGIC.length + HEADER_LENGTH_BYTES;
  if (buffer.length < start || buffer.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  const end = start + buffer.readUInt32BE(MAGIC.length);
  if (end > buffer.length) return null;
  try {
    const header = headerSchema.parse(JSON.parse(buffer.toString('utf8', start, end)));
    return { header, state: buffer.subarray(end) };
  } catch {
    return null;
  }
};

/** The snapshot in these bytes, or in a word why it cannot be used: it is a cache, so nothing is lost but time. */
export const decodeSnapshot = (
  identity: SnapshotIdentity,
  bytes: Uint8Array,
): Snapshot | 'damaged' | 'of another version' | 'of another log' => {
  const parsed = parseHeader(bytes);
  if (!parsed) return 'damaged';
  const { header, state } = parsed;
  if (header.version !== identity.version) return 'of another version';
  if (
    header.topic !== identity.topic ||
    header.groupId !== identity.groupId ||
    header.partition !== identity.partition
  ) {
    return 'of another log';
  }
  if (state.length !== header.bytes || crc32(state) !== header.crc) return 'damaged';
  return { mark: header.mark, state };
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Snapshots in a folder, written beside and renamed, so that a crash leaves the old one or the new one. */
export const folderSnapshots = (folder: string): SnapshotStore => ({
  read: async (name) => {
    try {
      return await readFile(join(folder, name));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  write: async (name, bytes) => {
    await mkdir(folder, { recursive: true });
    const beside = join(folder, `${name}.${process.pid}.part`);
    await writeFile(beside, bytes);
    await rename(beside, join(folder, name));
  },
  delete: (name) => rm(join(folder, name), { force: true }),
});
