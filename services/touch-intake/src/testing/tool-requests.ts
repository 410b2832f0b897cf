import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '@groundswell/test';
import type { TestIntake } from './test-intake.ts';

export type Headers = Readonly<Record<string, string>>;

/** A request as a tool makes it. */
export const post = async ({ server }: TestIntake, url: string, body: string, headers: Headers = {}) => {
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await server.inject({ method: 'POST', url, headers: sent, payload: body });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
};

/** Text of a file of real payloads or specifications, for tests that are declared to need them. */
export const sharedFile = (...path: readonly string[]): string =>
  readFileSync(join(sharedData() ?? '', ...path), 'utf8');
