import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { runMaven } from './maven.ts';

/** A PATH with an "mvn" of ours, which answers -v and otherwise runs the given lines of shell. */
async function fakeMaven(script: string): Promise<{ dir: string; env: NodeJS.ProcessEnv }> {
  const dir = await testFolder();
  await writeFile(join(dir, 'mvn'), `#!/bin/sh\n[ "$1" = -v ] && exit 0\n${script}\n`);
  await chmod(join(dir, 'mvn'), 0o755);
  return { dir, env: { PATH: `${dir}:/usr/bin:/bin` } };
}

const java = { command: 'java', home: '/java/home', major: 17, fingerprint: '17' };

describe('runMaven', () => {
  it('runs mvn from PATH on the pom, with the Java that was found, and says what it fetches', async () => {
    const { dir, env } = await fakeMaven('echo "$JAVA_HOME $*" > "$(dirname "$0")/seen"');
    const told: string[] = [];
    await runMaven({
      what: 'the jars',
      pom: '/p/pom.xml',
      args: ['do:it'],
      java,
      env,
      onProgress: (line) => told.push(line),
    });
    expect(await readFile(join(dir, 'seen'), 'utf8')).toBe('/java/home -q -B -f /p/pom.xml do:it\n');
    expect(told).toEqual(['fetching the jars with Maven']);
  });

  it('shows the end of what Maven printed when it fails', async () => {
    const { env } = await fakeMaven("printf '\\033[1;31mERROR\\033[m cannot reach central\\n'; exit 1");
    const failure = runMaven({ what: 'the jars', pom: '/p/pom.xml', args: [], java, env, onProgress: () => undefined });
    await expect(failure).rejects.toThrow('Maven could not fetch the jars (exit code 1)');
    await expect(failure).rejects.toThrow('ERROR cannot reach central');
  });

  it('stops when aborted', async () => {
    const { env } = await fakeMaven('exec sleep 60');
    const signal = AbortSignal.timeout(300);
    const began = performance.now();
    await expect(
      runMaven({ what: 'the jars', pom: '/p', args: [], java, env, onProgress: () => undefined, signal }),
    ).rejects.toThrow('aborted due to timeout');
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
