import { describe, expect, it } from 'vitest';
import type { WindowTouch } from './touch.ts';
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
  ...given,
});

describe('the trait dictionary', () => {
  it('gives touches that share all six traits one number, and any difference another', () => {
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
    ];
    const others = differences.map((difference) => traits.acquire(touch(difference)));
    expect(new Set([number, ...others]).size).toBe(7);
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
    traits.setCounted((type) => type !== 'call');
    const toCome = traits.acquire(touch({ type: 'call', role: '' }));
    expect([present, toCome, traits.acquire(touch({}))].map((number) => traits.isCounted(number))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
