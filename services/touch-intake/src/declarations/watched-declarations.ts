import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { emptySourceCatalog, type SourceCatalog } from '@groundswell/sources';
import { loadSources } from '@groundswell/sources/load';

/** What is declared outside the service: its sources, and the secrets of those whose vendor signs. */
export interface Declarations {
  readonly sources: SourceCatalog;
  /** in clear, by source id; several while one is exchanged for another */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
}

export interface DeclarationDirs {
  readonly sourcesDir: string | undefined;
  readonly secretsDir: string | undefined;
}

const NOTHING: Declarations = { sources: emptySourceCatalog, secrets: new Map() };

/** Mounted folders of secrets hold links to hidden folders beside the files. */
const visible = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir);
  return entries.filter((name) => !name.startsWith('.')).sort();
};

const loadSecrets = async (dir: string): Promise<Declarations['secrets']> => {
  const secrets = new Map<string, readonly string[]>();
  for (const sourceId of await visible(dir)) {
    const path = join(dir, sourceId);
    if (!(await stat(path)).isFile()) continue;
    const lines = (await readFile(path, 'utf8')).split(/\r?\n/).map((line) => line.trim());
    secrets.set(
      sourceId,
      lines.filter((line) => line !== ''),
    );
  }
  return secrets;
};

/** Throws SourcesError, or the file system's error. */
const loadDeclarations = async ({ sourcesDir, secretsDir }: DeclarationDirs): Promise<Declarations> => ({
  sources: sourcesDir === undefined ? NOTHING.sources : await loadSources(sourcesDir),
  secrets: secretsDir === undefined ? NOTHING.secrets : await loadSecrets(secretsDir),
});

/** Changes whenever a file was added, changed, exchanged or taken away. */
const stateOf = async (dir: string | undefined): Promise<string> => {
  if (dir === undefined) return '';
  const files = await Promise.all(
    (await visible(dir)).map(async (name) => {
      const { mtimeMs, size, ino } = await stat(join(dir, name));
      return [name, mtimeMs, size, ino];
    }),
  );
  return JSON.stringify(files);
};

export interface WatchOptions extends DeclarationDirs {
  /** after every change: null when it is in force, else why it is not */
  readonly onChange: (problem: string | null) => void;
}

/**
 * Declarations that follow their files: a key is exchanged, or a source added, without a restart. Files are looked at, not
 * watched, since mounted folders tell no one. What cannot be used is reported, and what was in force stays so.
 */
export class WatchedDeclarations {
  readonly #options: WatchOptions;
  #current: Declarations;
  #state: string;
  #problem: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: WatchOptions, current: Declarations, state: string) {
    this.#options = options;
    this.#current = current;
    this.#state = state;
  }

  /** Throws when the first state cannot be used. */
  static async open(options: WatchOptions): Promise<WatchedDeclarations> {
    const state = await WatchedDeclarations.#stateOf(options);
    return new WatchedDeclarations(options, await loadDeclarations(options), state);
  }

  get current(): Declarations {
    return this.#current;
  }

  /** Looks every `everyMs`, until `stop`. */
  start(everyMs: number): void {
    const look = async (): Promise<void> => {
      await this.look();
      if (this.#timer !== null) this.#timer = setTimeout(look, everyMs).unref();
    };
    this.#timer = setTimeout(look, everyMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Takes over what has changed. Never throws. */
  async look(): Promise<void> {
    try {
      const state = await WatchedDeclarations.#stateOf(this.#options);
      if (state === this.#state) return;
      // Also when it cannot be used: it is reported once, not every time.
      this.#state = state;
      this.#current = await loadDeclarations(this.#options);
      this.#tell(null);
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  /** A folder that is away is away at every look. */
  #tell(problem: string | null): void {
    if (problem !== null && problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onChange(problem);
  }

  static async #stateOf({ sourcesDir, secretsDir }: DeclarationDirs): Promise<string> {
    return `${await stateOf(sourcesDir)}\n${await stateOf(secretsDir)}`;
  }
}
