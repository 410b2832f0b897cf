import { isMachineAgent } from '@groundswell/machines';
import { parse } from 'yaml';

export interface AgentList {
  /** what all of them truly are */
  readonly kind: 'machines' | 'people';
  readonly file: string;
  readonly agents: readonly string[];
}

/** How well a list was told: of machines the false negatives, of people the false positives. */
export interface AgentRates {
  readonly kind: AgentList['kind'];
  readonly file: string;
  readonly agents: number;
  readonly wrong: readonly string[];
  /** 0..1 */
  readonly rate: number;
}

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
};

/** Every user agent in a file, once: YAML or JSON of any shape by its values, other text by its lines. */
export const userAgentsIn = (text: string, path: string): string[] => {
  const isStructured = /\.(ya?ml|json)$/.test(path);
  const found = isStructured ? textsIn(parse(text)) : text.split('\n').map((line) => line.trim());
  return [...new Set(found)].filter((agent) => agent !== '');
};

export const agentRates = ({ kind, file, agents }: AgentList): AgentRates => {
  const wrong = agents.filter((agent) => isMachineAgent(agent) !== (kind === 'machines'));
  return { kind, file, agents: agents.length, wrong, rate: agents.length === 0 ? 0 : wrong.length / agents.length };
};
