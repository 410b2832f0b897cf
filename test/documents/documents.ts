import { join } from 'node:path';
import { measureAccounts } from '../identity/measure-accounts.ts';
import { readStackalytics } from '../oracle/stackalytics.ts';
import { sharedData } from '../shared-data.ts';
import { readLabelledTitles } from '../titles/labelled-titles.ts';
import { writeAsyncApi } from './asyncapi.ts';
import { readServiceSettings, writeConfiguration } from './configuration.ts';
import { writeIdentity } from './identity.ts';
import { writeTitles } from './titles.ts';
import { writeTopics } from './topics.ts';

/** What is measured on real data is written where the data are. */
const measured = (): [path: string, text: string][] => {
  const data = sharedData();
  if (data === null) return [];
  return [[join('docs', 'identity.md'), writeIdentity(measureAccounts(readStackalytics(data)))]];
};

/** The documents that are generated from the code: path under the project's root, and text. */
export const generateDocuments = async (root: string): Promise<ReadonlyMap<string, string>> =>
  new Map([
    [join('docs', 'configuration.md'), writeConfiguration(await readServiceSettings(root))],
    [join('docs', 'topics.md'), writeTopics()],
    [join('docs', 'asyncapi.json'), writeAsyncApi()],
    [join('docs', 'titles.md'), writeTitles(readLabelledTitles())],
    ...measured(),
  ]);
