import { readdirSync, readFileSync } from 'node:fs';
import type { Schema } from 'avsc';

const avroDirectory = new URL('../avro/', import.meta.url);
const releasedDirectory = new URL('../released/', import.meta.url);

const parse = (url: URL): Schema => JSON.parse(readFileSync(url, 'utf8')) as Schema;

/** The Avro schema in `schemas/avro/<name>.avsc`. Throws when there is none. */
export const readSchema = (name: string): Schema => parse(new URL(`${name}.avsc`, avroDirectory));

/** Names of all schemas, without extension, sorted. */
export const schemaNames = (): string[] =>
  readdirSync(avroDirectory)
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => file.slice(0, -'.avsc'.length))
    .sort();

/** A schema as a release had it. Throws when the release has none of that name. */
export const readReleasedSchema = (release: number, name: string): Schema =>
  parse(new URL(`${release}/${name}.avsc`, releasedDirectory));

export interface ReleasedSchema {
  readonly release: string;
  readonly name: string;
  readonly schema: Schema;
}

/** Every schema of every release kept in the repository, oldest release first: what 90 days of log may hold. */
export const releasedSchemas = (): ReleasedSchema[] =>
  readdirSync(releasedDirectory)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((release) =>
      readdirSync(new URL(`${release}/`, releasedDirectory))
        .filter((file) => file.endsWith('.avsc'))
        .sort()
        .map((file) => ({
          release,
          name: file.slice(0, -'.avsc'.length),
          schema: parse(new URL(`${release}/${file}`, releasedDirectory)),
        })),
    );
