export { type AccountRouting, decide, type RoutingContext, type RoutingOutcome, unseenAccount } from './decide.ts';
