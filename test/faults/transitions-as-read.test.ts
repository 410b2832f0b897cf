import type { IntensityTransition } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { TransitionReader } from './transitions-as-read.ts';

const transition = (sequence: number, at = sequence * 1_000): IntensityTransition => ({
  transitionId: `transition-${sequence}`,
  accountId: 'a.example',
  sequence,
  level: 'engaged',
  kind: sequence % 2 === 1 ? 'enter' : 'leave',
  at,
  knownAt: at,
  cause: 'touch',
  causeTouchId: null,
  causeSource: null,
  causeTime: null,
  causeReceived: null,
  causeEvidence: null,
  duringMove: null,
  engagedSince: null,
  highIntensitySince: null,
  score: 0,
  contributions: [],
  windows: [],
  touchIds: [],
  people: [],
  products: [],
  held: false,
  routing: { coolDownMs: null, maxPeople: 5 },
  policyVersion: 'plain@0',
  engineVersion: '1',
  generation: 1,
  clock: at,
  partition: 0,
  offset: sequence,
});

const read = (...transitions: IntensityTransition[]) => {
  const reader = new TransitionReader();
  for (const one of transitions) reader.read(one);
  return reader.result();
};

describe('a reader of intensity.transitions', () => {
  it('takes each transition once, however often it comes', () => {
    const result = read(transition(1), transition(2), transition(1), transition(2), transition(3));
    expect(result).toMatchObject({ repeated: 2, breaches: [] });
    expect(result.transitions).toHaveLength(3);
  });

  it('finds a hole', () => {
    expect(read(transition(1), transition(3)).breaches).toEqual(['a.example 3 follows 1']);
  });

  it('finds a repetition that says something else', () => {
    expect(read(transition(1), transition(1, 999)).breaches).toEqual(['a.example 1 came again, changed']);
  });
});
