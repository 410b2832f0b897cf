import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { clickHouseSettings, serviceSettings } from '@groundswell/service';
import { z } from 'zod';
import { type Column, table } from './markdown.ts';

/** One environment variable, as its schema declares it. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  readonly fallback: string;
  readonly allowed: string;
}

/** The settings of a service that are its own. */
export interface ServiceSettings {
  readonly service: string;
  readonly usesClickHouse: boolean;
  readonly own: readonly Setting[];
}

const described = z.object({
  type: z.string().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** In words what a schema lets through, from its JSON Schema. */
const allowedBy = (schema: z.core.$ZodType): string => {
  const found = described.parse(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }));
  if (found.enum) return found.enum.join(', ');
  if (found.type === 'integer' || found.type === 'number') {
    const upper = found.maximum !== undefined && found.maximum < Number.MAX_SAFE_INTEGER ? ` to ${found.maximum}` : '';
    return `${found.type === 'integer' ? 'whole number' : 'number'} from ${found.minimum ?? 'any'}${upper}`;
  }
  if (found.type === 'boolean') return 'true, false';
  if (found.format === 'uri') return 'URL';
  return found.pattern ? `text like \`${found.pattern.replaceAll('|', '\\|')}\`` : 'text';
};

const fallbackOf = (schema: z.core.$ZodType): string => {
  const result = z.safeParse(schema, undefined);
  if (!result.success) return 'required';
  return result.data === undefined || result.data === '' ? 'none' : `\`${String(result.data)}\``;
};

const settingOf = (name: string, schema: z.core.$ZodType): Setting => ({
  name,
  meaning: z.globalRegistry.get(schema)?.description ?? '',
  fallback: fallbackOf(schema),
  allowed: allowedBy(schema),
});

const settingsOf = (shape: Readonly<Record<string, z.core.$ZodType>>, except: ReadonlySet<string>): Setting[] =>
  Object.entries(shape)
    .filter(([name]) => !except.has(name))
    .map(([name, schema]) => settingOf(name, schema));

const sharedNames: ReadonlySet<string> = new Set(Object.keys(serviceSettings));
const clickHouseNames: ReadonlySet<string> = new Set(Object.keys(clickHouseSettings));

/** A service's config.ts exports one zod object: its settings. */
const schemaOf = async (file: string): Promise<z.ZodObject> => {
  const exported: unknown = await import(pathToFileURL(file).href);
  const objects = Object.values(Object(exported)).filter((value) => value instanceof z.ZodObject);
  const [only] = objects;
  if (objects.length !== 1 || !only) throw new Error(`${file} exports ${objects.length} zod objects instead of one`);
  return only;
};

/** The settings of every service under `root`/services, read from their schemas. */
export const readServiceSettings = async (root: string): Promise<ServiceSettings[]> => {
  const folder = join(root, 'services');
  const services = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));
  const all: ServiceSettings[] = [];
  for (const name of services.sort()) {
    const { shape } = await schemaOf(join(folder, name, 'src', 'config.ts'));
    const own = settingsOf(shape, new Set([...sharedNames, ...clickHouseNames]));
    all.push({
      service: name,
      usesClickHouse: Object.keys(shape).some((key) => clickHouseNames.has(key)),
      own,
    });
  }
  return all;
};

const columns: readonly Column<Setting>[] = [
  { title: 'variable', cell: ({ name }) => `\`${name}\`` },
  { title: 'default', cell: ({ fallback }) => fallback },
  { title: 'allowed', cell: ({ allowed }) => allowed },
  { title: 'meaning', cell: ({ meaning }) => meaning },
];

/** The settings every service shares, and those of ClickHouse. */
export const sharedSettings = {
  all: settingsOf(serviceSettings, new Set()),
  clickHouse: settingsOf(clickHouseSettings, new Set()),
};

/** docs/configuration.md */
export const writeConfiguration = (services: readonly ServiceSettings[]): string => {
  const withClickHouse = services.filter(({ usesClickHouse }) => usesClickHouse).map(({ service }) => service);
  const sections = services.map(({ service, own }) =>
    [`## ${service}`, '', own.length > 0 ? table(columns, own) : 'Nothing of its own.', ''].join('\n'),
  );
  return [
    '# Configuration',
    '',
    '<!-- Generated from the config.ts of each service: pnpm documents -->',
    '',
    'Services read environment variables, once, at start. A value that cannot be used stops the service with every variable at fault, its value (secrets masked) and what is allowed. An empty variable counts as not set.',
    '',
    '## Every service',
    '',
    table(columns, sharedSettings.all),
    '',
    `## Services that use ClickHouse (${withClickHouse.join(', ')})`,
    '',
    table(columns, sharedSettings.clickHouse),
    '',
    ...sections,
  ].join('\n');
};
