import { LaunchError } from '../process/launch-error.ts';
import { REGISTRY_COMPATIBILITY } from '../settings.ts';
import { httpProbe } from './http-probe.ts';
import type { Readiness } from './wait-until.ts';

/** Ready when the registry lists its subjects. `url` includes the path of the API. */
export async function checkRegistry(url: string): Promise<Readiness<undefined>> {
  const answer = await httpProbe(`${url}/subjects`);
  if (answer.status === 200) return { ready: true, value: undefined };
  return { ready: false, reason: `GET ${url}/subjects answers ${answer.status}` };
}

/** Sets the compatibility that new subjects get (Apicurio's own default is none) and reads it back. */
export async function setRegistryCompatibility(url: string): Promise<void> {
  const written = await httpProbe(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: REGISTRY_COMPATIBILITY }),
  });
  const read = await httpProbe(`${url}/config`);
  if (written.status === 200 && read.body.includes(`"${REGISTRY_COMPATIBILITY}"`)) return;
  throw new LaunchError(
    'registry',
    `The schema registry at ${url} does not take the compatibility ${REGISTRY_COMPATIBILITY}: ` +
      `PUT /config answers ${written.status} ${written.body.trim()}, GET /config says ${read.body.trim()}.`,
  );
}
