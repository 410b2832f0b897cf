import type { Source } from '@groundswell/sources';
import type { CliContext } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { formatInstant, jsonInstant } from '../format.ts';
import { readSourceFiles, type SourceFile } from '../source/source-files.ts';
import { type Cell, renderTable } from '../table.ts';
import { writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { templateNames } from './source-new.ts';

const keysOf = ({ auth }: Source, now: number): string => {
  if (auth === null) return 'none';
  if (!('keys' in auth)) return auth.scheme;
  const live = auth.keys.filter(({ expires }) => expires === null || expires > now);
  const ends = live.flatMap(({ id, expires }) => (expires === null ? [] : [`${id} until ${formatInstant(expires)}`]));
  return [`${auth.scheme}, ${live.length} of ${auth.keys.length} keys valid`, ...ends].join('; ');
};

const rowOf = ({ name, parsed }: SourceFile, now: number): Cell[] => {
  if (!parsed.ok) return [name, { text: 'not valid', tone: 'red' }, '', '', '', ''];
  const { id, format, timeZone, goLive } = parsed.source;
  return [name, id, format, timeZone, goLive === null ? 'not live' : formatInstant(goLive), keysOf(parsed.source, now)];
};

const jsonOf = ({ name, parsed }: SourceFile): unknown => {
  if (!parsed.ok) return { file: name, valid: false, problems: parsed.problems };
  const { id, name: title, format, timeZone, goLive, version } = parsed.source;
  const live = goLive === null ? null : jsonInstant(goLive);
  return { file: name, valid: true, id, name: title, format, time_zone: timeZone, go_live: live, version };
};

export const sourceListCommand = (context: CliContext) =>
  createCommand('list')
    .summary('list the declared sources, and the templates for new ones')
    .description('Lists the source files of a folder (default: GROUNDSWELL_SOURCES_DIR), and the templates there are.')
    .argument('[dir]', 'folder of source files')
    .addHelpText('after', examples('source list', 'source list sources --json'))
    .action(
      ending(context, async (given, options): Promise<ExitCode> => {
        const { terminal, settings, workingDir } = context;
        const dir = given ?? settings.GROUNDSWELL_SOURCES_DIR;
        const files = dir === undefined ? [] : await readSourceFiles(dir, workingDir);
        const templates = await templateNames();
        if (options.json) {
          writeJson(terminal, { sources: files.map(jsonOf), templates });
          return exitCodes.ok;
        }
        if (dir === undefined) terminal.out('GROUNDSWELL_SOURCES_DIR is not set, and no folder was given\n');
        else if (files.length === 0) terminal.out(`no source is declared in ${dir}\n`);
        else {
          const headers = ['file', 'id', 'format', 'time zone', 'live from', 'keys'].map((header) => ({ header }));
          terminal.out(
            renderTable(
              headers,
              files.map((file) => rowOf(file, context.now())),
              terminal.paint,
            ),
          );
        }
        terminal.out(
          `\ntemplates for \`groundswell source new\`: ${templates.join(', ')}\nfor any other CSV file: csv --from FILE\n`,
        );
        return exitCodes.ok;
      }),
    );
