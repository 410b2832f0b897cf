import { join } from 'node:path';
import { readLabelledTitles } from '../titles/labelled-titles.ts';
import { writeAsyncApi } from './asyncapi.ts';
import { readServiceSettings, writeConfiguration } from './configuration.ts';
import { writeTitles } from './titles.ts';
import { writeTopics } from './topics.ts';

/** The documents that are generated from the code: path under the project's root, and text. */
export const generateDocuments = async (root: string): Promise<ReadonlyMap<string, string>> =>
  new Map([
    [join('docs', 'configuration.md'), writeConfiguration(await readServiceSettings(root))],
    [join('docs', 'topics.md'), writeTopics()],
    [join('docs', 'asyncapi.json'), writeAsyncApi()],
    [join('docs', 'titles.md'), writeTitles(readLabelledTitles())],
  ]);
