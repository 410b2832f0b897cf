/**
 * Import boundaries, as data. Everything in packages/ and schemas/ is pure unless it is named here as an adapter:
 * a new package starts out pure. TypeScript 7 has no JavaScript API, so files are parsed with swc.
 */
const adapters = ['kafka', 'clickhouse', 'service', 'cli'];
/** Modules of otherwise pure packages that talk to the outside. */
const adapterModules = ['packages/sources/src/load.ts'];
/** Build-time readers of files that are data of the package itself. */
const fileReaders = ['schemas/src/avro-files.ts', 'schemas/src/generate-types.ts'];

const tests = '\\.test\\.ts$|/testing/';
const adapterPaths = [`^packages/(${adapters.join('|')})/`, ...adapterModules.map((module) => `^${module}`)];
const pure = { path: '^(packages/[^/]+|schemas)/src/', pathNot: [...adapterPaths, tests] };

module.exports = {
  forbidden: [
    {
      name: 'services-are-processes',
      comment: 'Services meet on topics, never in code.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'nothing-imports-a-service',
      comment: 'A service is started, not imported.',
      severity: 'error',
      from: { path: '^(packages|schemas|infra)/' },
      to: { path: '^services/' },
    },
    {
      name: 'packages-know-no-infra-and-no-test-bench',
      comment: 'What is deployed does not know how it is started or tested. The command line starts things.',
      severity: 'error',
      from: { path: '^(packages|schemas|services)/', pathNot: ['^packages/cli/', tests] },
      to: { path: '^(infra|test)/' },
    },
    {
      name: 'pure-packages-do-no-input-or-output',
      comment: 'Decisions take values and return values; Kafka, ClickHouse and HTTP belong to adapters.',
      severity: 'error',
      from: pure,
      to: {
        path: [
          '(^|/)node_modules/(kafkajs|@clickhouse/|@confluentinc/|fastify|@fastify/|pino|prom-client|chdb)',
          '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|cluster|worker_threads|os|process|timers|perf_hooks)(/|$)',
          ...adapterPaths,
        ],
      },
    },
    {
      name: 'pure-packages-read-no-files',
      comment: 'File contents are arguments.',
      severity: 'error',
      from: { ...pure, pathNot: [...pure.pathNot, ...fileReaders.map((file) => `^${file}`)] },
      to: { path: '^(node:)?(fs|readline)(/|$)' },
    },
    {
      name: 'packages-are-entered-by-their-exports',
      comment: 'Across packages import @groundswell/<name>, never a path into its folder.',
      severity: 'error',
      from: { path: '^((?:services|packages)/[^/]+|schemas|infra|test)/' },
      to: {
        path: '^((services|packages)/[^/]+|schemas|infra|test)/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'imports-resolve',
      comment: 'Also says that a package does not export that path.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.json'],
    },
  },
};
