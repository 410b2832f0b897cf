import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { agentRates, userAgentsIn } from './agent-rates.ts';

describe('lists of user agents', () => {
  it('are read from YAML and JSON of any shape, and from text by its lines, each agent once', () => {
    expect(userAgentsIn('"8":\n  - 008/0.83\nb:\n  - 008/0.83\n  - amaya/10', 'a.yml')).toEqual([
      '008/0.83',
      'amaya/10',
    ]);
    expect(userAgentsIn('["curl/8", {"pattern": "wget/1"}]', 'a.json')).toEqual(['curl/8', 'wget/1']);
    expect(userAgentsIn('curl/8\n\n  wget/1\n', 'a.txt')).toEqual(['curl/8', 'wget/1']);
  });

  it('have a rate of those that were told wrongly, whichever of the two they are', () => {
    const agents = ['curl/8', 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0'];
    expect(agentRates({ kind: 'machines', file: 'f', agents })).toMatchObject({
      agents: 2,
      wrong: [agents[1]],
      rate: 0.5,
    });
    expect(agentRates({ kind: 'people', file: 'f', agents })).toMatchObject({
      agents: 2,
      wrong: [agents[0]],
      rate: 0.5,
    });
    expect(agentRates({ kind: 'people', file: 'f', agents: [] }).rate).toBe(0);
  });

  it.runIf(sharedData() !== null)('of real browsers and crawlers are told apart but for one in a hundred', () => {
    const ratesOf = (kind: 'machines' | 'people', file: string) => {
      const path = join(sharedData() ?? '', 'lists', 'isbot', file);
      return agentRates({ kind, file, agents: userAgentsIn(readFileSync(path, 'utf8'), path) });
    };
    const machines = [
      'crawlers.yml',
      'downloaded-matomo-org.json',
      'downloaded-monperrus.json',
      'downloaded-ua-parser-js.json',
    ];
    const rates = [ratesOf('people', 'browsers.yml'), ...machines.map((file) => ratesOf('machines', file))];
    for (const { kind, file, agents, wrong, rate } of rates) {
      const which = kind === 'people' ? 'false positives' : 'false negatives';
      process.stdout.write(`${file}: ${wrong.length} of ${agents} ${which} (${(100 * rate).toFixed(2)} %)\n`);
      expect.soft(agents, file).toBeGreaterThan(100);
      expect.soft(rate, file).toBeLessThan(0.01);
    }
  });
});
