import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { findJava } from './java.ts';

/** A directory bin/ with a "java" that prints these properties. */
async function fakeJava(version: string, specification: string): Promise<string> {
  const home = await testFolder();
  await mkdir(join(home, 'bin'));
  const properties = [
    'Property settings:',
    `    java.home = ${home}`,
    `    java.specification.version = ${specification}`,
    `    java.version = ${version}`,
    '    java.vm.version = 1',
  ].join('\n');
  await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\ncat >&2 <<'END'\n${properties}\nEND\n`);
  await chmod(join(home, 'bin', 'java'), 0o755);
  return home;
}

describe('findJava', () => {
  it('takes the one of JAVA_HOME first', async () => {
    const [first, second] = [await fakeJava('21.0.1', '21'), await fakeJava('17.0.1', '17')];
    const java = await findJava({ JAVA_HOME: first, PATH: `${second}/bin:/usr/bin:/bin` });
    expect(java).toMatchObject({ command: join(first, 'bin', 'java'), home: first, major: 21 });
  });

  it('looks on PATH when JAVA_HOME is unset or holds none', async () => {
    const home = await fakeJava('17.0.1', '17');
    const path = `${home}/bin:/usr/bin:/bin`;
    expect(await findJava({ PATH: path })).toMatchObject({ home, major: 17 });
    expect(await findJava({ PATH: path, JAVA_HOME: '/does/not/exist' })).toMatchObject({ home, major: 17 });
  });

  it('tells two builds of one version apart', async () => {
    const [first, second] = [await fakeJava('17.0.1', '17'), await fakeJava('17.0.1', '17')];
    const [one, other] = [await findJava({ JAVA_HOME: first }), await findJava({ JAVA_HOME: second })];
    expect(one.fingerprint).not.toBe(other.fingerprint);
  });

  it('refuses one that is too old and says where it is and what to do', async () => {
    const home = await fakeJava('1.8.0_412', '1.8');
    const failure = findJava({ JAVA_HOME: home, PATH: '/usr/bin:/bin' });
    await expect(failure).rejects.toThrow(`Java 1.8.0_412 from JAVA_HOME (${home}) is too old`);
    await expect(failure).rejects.toThrow('need Java 17 or newer');
    await expect(failure).rejects.toThrow('apt install openjdk-17-jre-headless');
  });

  it('says where it looked when there is none', async () => {
    const failure = findJava({ PATH: '/does/not/exist' });
    await expect(failure).rejects.toThrow('Java was not found: looked in PATH (JAVA_HOME is not set)');
    await expect(failure).rejects.toThrow('start Docker');
  });
});
