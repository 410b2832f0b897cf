import { describe, expect, it } from 'vitest';
import { LookAlikes } from './look-alikes.ts';
import { letterOf } from './testing/letters.ts';

const touch = { time: '2026-11-20', type: 'page_view', person: { email: 'ada@acme.com' } };

describe('letters that look alike', () => {
  it('are numbered, whatever else their records say and however they write who', () => {
    const alike = new LookAlikes();
    const flat = { time: '2026-11-20', type: 'page_view', 'person.email': 'ada@acme.com' };
    const records = [touch, { ...touch, product: 'storage' }, flat, { ...touch, content: 'a' }];
    expect(records.map((record) => alike.next(letterOf(record)))).toEqual([0, 1, 2, 0]);
  });

  it('are numbered anew in every file and request', () => {
    const alike = new LookAlikes();
    const origins = ['may.csv:1', 'may.csv:90', 'june.csv:1', 'may.csv[3]'];
    expect(origins.map((origin) => alike.next(letterOf(touch, { origin })))).toEqual([0, 1, 0, 2]);
    const request = (id: string) => ({ origin: 'POST /v1/touches[0]', headers: { 'correlation-id': id } });
    expect(['a', 'a', 'b'].map((id) => alike.next(letterOf(touch, request(id))))).toEqual([0, 1, 0]);
  });

  it('are compared byte by byte where they cannot be read', () => {
    const alike = new LookAlikes();
    expect(['{', '{', '[]', '{ '].map((text) => alike.next(letterOf(text)))).toEqual([0, 1, 0, 0]);
  });
});
