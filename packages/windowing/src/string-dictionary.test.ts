import { describe, expect, it } from 'vitest';
import { StringDictionary, UNKNOWN } from './string-dictionary.ts';
import { NONE } from './words.ts';

describe('the string dictionary', () => {
  it('gives a text one number as long as anybody holds it, and the number to another text afterwards', () => {
    const dictionary = new StringDictionary();
    const web = dictionary.acquire('web');
    expect(dictionary.acquire('web')).toBe(web);
    dictionary.release(web);
    expect(dictionary.find('web')).toBe(web);
    dictionary.release(web);
    expect(dictionary.find('web')).toBe(NONE);
    expect(dictionary.acquire('email')).toBe(web);
    expect(dictionary.text(web)).toBe('email');
  });

  it('never gives up the number of the unknown', () => {
    const dictionary = new StringDictionary();
    expect(dictionary.acquire('')).toBe(UNKNOWN);
    dictionary.release(UNKNOWN);
    expect(dictionary.find('')).toBe(UNKNOWN);
  });
});
