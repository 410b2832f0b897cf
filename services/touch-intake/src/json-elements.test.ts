import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonElements } from './json-elements.ts';

const texts = (json: string): string[] => jsonElements(Buffer.from(json)).map((element) => element.toString());

describe('the elements of a JSON array', () => {
  it('are the bytes as they were sent', () => {
    const json = ' [ {"a" : [1,2]} ,\n"x,]\\"}", 1e2,null , [] ] ';
    expect(texts(json)).toEqual(['{"a" : [1,2]}', '"x,]\\"}"', '1e2', 'null', '[]']);
    expect(texts('["\\\\","a"]')).toEqual(['"\\\\"', '"a"']);
  });

  it('are found behind a byte-order mark', () => {
    expect(texts('\ufeff[1]')).toEqual(['1']);
  });

  it('are what JSON.parse sees, in any array', () => {
    const indents = fc.constantFrom(undefined, 2, '\t');
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), indents, (values, indent) => {
        const json = JSON.stringify(values, null, indent);
        expect(texts(json).map((text) => JSON.parse(text))).toEqual(JSON.parse(json));
      }),
    );
  });
});
