import { describe, expect, it } from 'vitest';
import { identityKeys } from './identity-keys.ts';

const nobody = { email: null, id: null, anonymousId: null };

describe('identity keys', () => {
  it('name every way in which a touch names its person', () => {
    expect(identityKeys({ email: 'Anna+x@Acme.com', id: '42', anonymousId: 'cookie' }, 'hubspot')).toEqual({
      email: 'email:anna@acme.com',
      source: 'source:hubspot:42',
      anonymous: 'anonymous:hubspot:cookie',
    });
  });

  it('are null for what is missing or blank', () => {
    expect(identityKeys({ ...nobody, email: ' ', id: '' }, 'hubspot')).toEqual({
      email: null,
      source: null,
      anonymous: null,
    });
  });

  it('use text in the e-mail field that is no address as an id of that source', () => {
    expect(identityKeys({ ...nobody, email: '9f86d081884c' }, 'marketo').source).toBe('source:marketo:9f86d081884c');
    expect(identityKeys({ ...nobody, email: '9f86d081884c', id: '7' }, 'marketo').source).toBe('source:marketo:7');
  });

  it('keep sources apart whatever characters they hold', () => {
    expect(identityKeys({ ...nobody, id: 'c' }, 'a:b').source).not.toBe(
      identityKeys({ ...nobody, id: 'b:c' }, 'a').source,
    );
  });
});
