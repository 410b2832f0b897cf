import { describe, expect, it } from 'vitest';
import { machineSign, requestFacts, SIGNS_VERSION } from './signs.ts';

const facts = (properties: Record<string, unknown>) =>
  requestFacts(Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, JSON.stringify(value)])));

describe('the signs of one touch', () => {
  it('are nothing when nothing is said of the request: a missing user agent is no evidence', () => {
    expect(machineSign(false, facts({}))).toBeNull();
    expect(machineSign(false, facts({ user_agent: '' }))).toBeNull();
    expect(machineSign(false, facts({ user_agent: null, method: 5 }))).toBeNull();
  });

  it('are named together, with the score and the version', () => {
    const properties = { 'User Agent': 'python-requests/2.31', method: 'head' };
    expect(machineSign(true, facts(properties))).toBe(`source+user_agent+head_request 100 ${SIGNS_VERSION}`);
  });

  it('take a mail provider that loads images for a reader for the reader', () => {
    const proxies = [
      'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
      'Outlook-iOS/2.0',
    ];
    for (const user_agent of proxies) expect.soft(machineSign(false, facts({ user_agent })), user_agent).toBeNull();
  });

  it('read a user agent with quotes and escapes as it was sent', () => {
    expect(facts({ user_agent: 'a "b" \\ c' }).userAgent).toBe('a "b" \\ c');
    expect(requestFacts({ user_agent: '"broken \\' })).toEqual({ userAgent: null, method: null });
  });
});
