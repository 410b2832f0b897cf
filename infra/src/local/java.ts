import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { LaunchError } from '../process/launch-error.ts';
import { MINIMUM_JAVA } from '../settings.ts';
import { exists } from './cache.ts';

export interface Java {
  command: string;
  home: string;
  major: number;
  /** Names this very runtime; class archives fit no other. */
  fingerprint: string;
}

const WHAT_TO_DO = [
  'Do one of these:',
  `  - install Java ${MINIMUM_JAVA} or newer (Debian and Ubuntu: apt install openjdk-17-jre-headless; Fedora: dnf install`,
  '    java-17-openjdk-headless; macOS: brew install openjdk@17) and put it on PATH or set JAVA_HOME;',
  '  - start Docker with its compose plugin: the stack then runs in containers;',
  '  - set GROUNDSWELL_KAFKA_BROKERS, GROUNDSWELL_REGISTRY_URL and the GROUNDSWELL_CLICKHOUSE_* variables to a stack of yours.',
].join('\n');

/** The Java that Kafka and the registry run on: JAVA_HOME if set, else `java` from PATH. Rejects when missing or too old. */
export async function findJava(env: NodeJS.ProcessEnv): Promise<Java> {
  const home = env['JAVA_HOME'];
  const fromHome = home !== undefined && home !== '' ? join(home, 'bin', 'java') : undefined;
  const useHome = fromHome !== undefined && (await exists(fromHome));
  const command = useHome ? fromHome : 'java';
  const where = useHome
    ? `JAVA_HOME (${home})`
    : `PATH (JAVA_HOME ${fromHome === undefined ? 'is not set' : `has no ${fromHome}`})`;

  const result = await runCommand(command, ['-XshowSettings:properties', '-version'], { env, timeoutMs: 20_000 });
  const property = (name: string): string | undefined =>
    new RegExp(`^\\s*${name.replaceAll('.', '\\.')} = (.*)$`, 'm').exec(result.output)?.[1]?.trim();
  const version = property('java.version');
  const major = majorVersion(property('java.specification.version'));
  if (result.code !== 0 || version === undefined || major === undefined) {
    const seen = result.problem ?? firstLine(result.output);
    throw new LaunchError('java', `Java was not found: looked in ${where}; ${command}: ${seen}.\n${WHAT_TO_DO}`);
  }
  if (major < MINIMUM_JAVA) {
    const message = `Java ${version} from ${where} is too old: Kafka and the schema registry need Java ${MINIMUM_JAVA} or newer.`;
    throw new LaunchError('java', `${message}\n${WHAT_TO_DO}`);
  }
  const javaHome = property('java.home') ?? '';
  const fingerprint = [
    version,
    property('java.vm.version'),
    property('java.vm.vendor'),
    property('os.arch'),
    javaHome,
  ].join('|');
  return { command, home: javaHome, major, fingerprint };
}

/** 17 of "17", 8 of "1.8". */
function majorVersion(specification: string | undefined): number | undefined {
  const number = Number.parseInt((specification ?? '').replace(/^1\./, ''), 10);
  return Number.isInteger(number) ? number : undefined;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] || 'it printed nothing';
}
