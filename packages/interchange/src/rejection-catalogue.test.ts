import { describe, expect, it } from 'vitest';
import { describeCatalogue, rejectionCatalogue } from './rejection-catalogue.ts';

describe('the catalogue of rejections', () => {
  it('is what rejections.md says (renewed by vitest --update)', async () => {
    await expect(describeCatalogue()).toMatchFileSnapshot('../rejections.md');
  });

  it('asks for a repetition only where one may help', () => {
    const retryable = Object.entries(rejectionCatalogue).filter(([, { retryable: again }]) => again);
    expect(retryable.map(([, { status }]) => status)).toEqual([429, 503, 503, 503, 500]);
  });

  it('refuses single records with 400', () => {
    for (const code of ['unreadable_json', 'missing_field', 'no_person', 'line_too_long'] as const) {
      expect(rejectionCatalogue[code]).toMatchObject({ status: 400, retryable: false });
    }
  });
});
