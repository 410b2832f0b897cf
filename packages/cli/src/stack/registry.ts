import type { TopicDeclaration } from '@groundswell/schemas';
import { readSchema } from '@groundswell/schemas';
import { z } from 'zod';
import { CommandError } from '../command-error.ts';
import { requestFrom } from './http.ts';

/** What the registry holds for one topic's subject. */
export type RegisteredSchema =
  | { readonly state: 'none' }
  /** the declared schema is registered under this id, and is the newest version or not */
  | { readonly state: 'declared'; readonly id: number; readonly version: number; readonly newest: boolean }
  /** only other schemas are registered */
  | { readonly state: 'other'; readonly id: number; readonly version: number };

export interface Registry {
  readonly url: string;
  /** Read only: registers nothing. */
  schemaOf(subject: string, topic: TopicDeclaration): Promise<RegisteredSchema>;
  /** The compatibility level for all subjects. */
  compatibility(): Promise<string>;
  /** Name and version of the software; undefined when it does not say. */
  software(): Promise<string | undefined>;
}

const versionSchema = z.object({ id: z.number().int(), version: z.number().int() });
const configSchema = z.object({ compatibilityLevel: z.string() }).or(z.object({ compatibility: z.string() }));
const apicurioInfo = z.object({ name: z.string(), version: z.string() });
const confluentInfo = z.object({ version: z.string() });

const NOT_FOUND = 404;
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

const odd = (where: string, status: number): CommandError =>
  new CommandError({
    what: `the schema registry answered ${status}, in a form that is not understood`,
    where,
    remedy: 'check GROUNDSWELL_REGISTRY_URL: it is the base URL of the Confluent-compatible API, path included',
  });

/** Asks a Confluent-compatible registry, without writing to it. */
export const openRegistry = (baseUrl: string): Registry => {
  const url = baseUrl.replace(/\/+$/, '');
  const get = (path: string) => requestFrom('the schema registry', `${url}${path}`);
  return {
    url,
    async schemaOf(subject, topic) {
      const path = `/subjects/${encodeURIComponent(subject)}`;
      const latest = await get(`${path}/versions/latest`);
      if (latest.status === NOT_FOUND) return { state: 'none' };
      const newest = versionSchema.safeParse(latest.json);
      if (!newest.success) throw odd(`${url}${path}`, latest.status);
      const own = await requestFrom('the schema registry', `${url}${path}`, {
        method: 'POST',
        contentType: CONTENT_TYPE,
        body: { schema: JSON.stringify(readSchema(topic.schema)), schemaType: 'AVRO' },
      });
      const found = versionSchema.safeParse(own.json);
      if (own.status === NOT_FOUND || !found.success) return { state: 'other', ...newest.data };
      return { state: 'declared', ...found.data, newest: found.data.version === newest.data.version };
    },
    async compatibility() {
      const answer = await get('/config');
      const config = configSchema.safeParse(answer.json);
      if (!config.success) throw odd(`${url}/config`, answer.status);
      return 'compatibilityLevel' in config.data ? config.data.compatibilityLevel : config.data.compatibility;
    },
    async software() {
      const apicurio = apicurioInfo.safeParse(
        (await get('/../../registry/v3/system/info').catch(() => undefined))?.json,
      );
      if (apicurio.success) return `${apicurio.data.name} ${apicurio.data.version}`;
      const confluent = confluentInfo.safeParse((await get('/v1/metadata/version').catch(() => undefined))?.json);
      return confluent.success ? `Confluent ${confluent.data.version}` : undefined;
    },
  };
};
