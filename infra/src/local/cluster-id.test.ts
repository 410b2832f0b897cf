import { describe, expect, it } from 'vitest';
import { newClusterId } from './kafka.ts';

describe('the id of a new cluster', () => {
  it('never begins with a dash, which the storage tool would take for an option', () => {
    const drawn = [Buffer.alloc(16, 0xf8), Buffer.alloc(16, 0xfa), Buffer.alloc(16, 1)];
    expect(drawn[0]?.toString('base64url')).toMatch(/^-/);
    expect(newClusterId(() => drawn.shift() ?? Buffer.alloc(16))).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
    expect(drawn).toHaveLength(0);
  });
});
