export type { KeptTouch } from './mail-clicks.ts';
export { isMailFact, type MachineContext, MailMemory, type MailTouch, type SavedMemory } from './mail-memory.ts';
export {
  machineSign,
  type RequestFacts,
  requestFact,
  requestFactNames,
  requestFacts,
  SIGNS_VERSION,
} from './signs.ts';
export { isMachineAgent, USER_AGENT_LIST } from './user-agents.ts';
