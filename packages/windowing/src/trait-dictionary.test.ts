import { describe, expect, it } from 'vitest';
import { NAMES_CAMPAIGN, NAMES_SEND, type WindowTouch } from './touch.ts';
import { TraitDictionary } from './trait-dictionary.ts';
import { NONE } from './words.ts';

const touch = (given: Partial<WindowTouch>): WindowTouch => ({
  touchId: '',
  time: 0,
  type: 'reply',
  personId: '',
  personKind: 'email',
  source: 'marketo',
  product: 'database',
  role: 'user',
  channel: 'email',
  attribution: 0,
  ...given,
});

describe('the trait dictionary', () => {
  it('gives touches that share all seven traits one number, and any difference another', () => {
    const traits = new TraitDictionary();
    const number = traits.acquire(touch({}));
    expect(traits.acquire(touch({ touchId: 'other', time: 9, personId: 'other' }))).toBe(number);
    const differences: Partial<WindowTouch>[] = [
      { type: 'chat' },
      { source: 'hubspot' },
      { product: 'search' },
      { role: '' },
      { channel: 'web' },
      { personKind: 'source_id' },
      { personKind: 'shared_mailbox' },
      { attribution: NAMES_SEND },
      { attribution: NAMES_CAMPAIGN },
      { attribution: NAMES_SEND, personKind: 'source_id' },
    ];
    const others = differences.map((difference) => traits.acquire(touch(difference)));
    expect(new Set([number, ...others]).size).toBe(differences.length + 1);
    expect(others.slice(-5).map((one) => [traits.kindText(one), traits.attribution(one)])).toEqual([
      ['source_id', 0],
      ['shared_mailbox', 0],
      ['email', NAMES_SEND],
      ['email', NAMES_CAMPAIGN],
      ['source_id', NAMES_SEND],
    ]);
  });

  it('forgets a combination and its texts with the last touch that has them', () => {
    const traits = new TraitDictionary();
    const reply = traits.acquire(touch({}));
    const chat = traits.acquire(touch({ type: 'chat' }));
    traits.release(reply);
    expect([traits.types.find('reply'), traits.sources.find('marketo')]).toEqual([NONE, traits.source(chat)]);
    traits.release(chat);
    for (const dictionary of [traits.types, traits.sources, traits.products, traits.roles, traits.channels]) {
      expect(['chat', 'marketo', 'database', 'user', 'email'].map((text) => dictionary.find(text))).toEqual(
        Array.from({ length: 5 }, () => NONE),
      );
    }
  });

  it('knows of combinations present and to come whether they count', () => {
    const traits = new TraitDictionary();
    const present = traits.acquire(touch({ type: 'call' }));
    expect(traits.isCounted(present)).toBe(true);
    traits.setCounted((type, attribution) => type !== 'call' && attribution === 0);
    const toCome = traits.acquire(touch({ type: 'call', role: '' }));
    const echo = traits.acquire(touch({ attribution: NAMES_SEND }));
    const numbers = [present, toCome, echo, traits.acquire(touch({}))];
    expect(numbers.map((number) => traits.isCounted(number))).toEqual([false, false, false, true]);
  });
});
