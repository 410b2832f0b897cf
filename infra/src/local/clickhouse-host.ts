// Runs the ClickHouse server that is inside the chdb package, in a process of its own: the call blocks its thread for
// the life of the server. Ends when stdin ends, that is when the launcher closes the pipe or dies.
//
//   node clickhouse-host.ts DATA_DIR HTTP_PORT CONFIG_FILE
//
// Passwords reach users.d/groundswell.xml through this process's environment.
import { setPriority } from 'node:os';
import { libchdbPath } from 'chdb/libchdb';
import { DataType, type JsExternal, load, open } from 'ffi-rs';

const LIBRARY = 'chdb';
/** On one machine merges and queries yield to the stream. Before the server's threads begin: they inherit it. */
const NICENESS = 10;

/** The error text of a finished run, or undefined when it ended well. */
function runError(result: JsExternal): string | undefined {
  const call = {
    library: LIBRARY,
    funcName: 'chdb_result_error',
    paramsType: [DataType.External],
    paramsValue: [result],
  };
  // As a number first: reading a null char* as a string crashes the process.
  const pointer = load({ ...call, retType: DataType.U64 });
  return Number(pointer) === 0 ? undefined : load({ ...call, retType: DataType.String });
}

function serve(dataDir: string, httpPort: string, configFile: string): number {
  setPriority(NICENESS);
  const argv = [
    'clickhouse',
    `--path=${dataDir}`,
    '--listen_host=127.0.0.1',
    `--http_port=${httpPort}`,
    `--config-file=${configFile}`,
    // These two make "table" read stdin, so that the query below lasts until the launcher's pipe closes.
    '--structure=line String',
    '--input-format=LineAsString',
    '--query',
    'SYSTEM START LISTEN HTTP; SELECT count() FROM table FORMAT Null',
  ];
  open({ library: LIBRARY, path: libchdbPath() });
  const result = load({
    library: LIBRARY,
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
  });
  const error = runError(result);
  if (error === undefined) return 0;
  process.stderr.write(`${error}\n`);
  return 1;
}

const [dataDir, httpPort, configFile] = process.argv.slice(2);
if (dataDir === undefined || httpPort === undefined || configFile === undefined) {
  process.stderr.write('usage: clickhouse-host.ts DATA_DIR HTTP_PORT CONFIG_FILE\n');
  process.exitCode = 2;
} else {
  process.exitCode = serve(dataDir, httpPort, configFile);
}
