export { countBuffersAsHeap } from './collector.ts';
export { ConfigError, clickHouseSettings, readConfig, serviceSettings } from './config.ts';
export { apiKeyOf, type Credentials, credentialsOf } from './credentials.ts';
export { Durations } from './durations.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  admitOperator,
  isLoopback,
  isOperator,
  type OperatorAccess,
  openSetting,
  operatorKeySetting,
} from './operator-key.ts';
export { answerRefusals } from './refusals.ts';
export { repeatedly } from './repeatedly.ts';
export { runService, type Service, type ServiceContext, type ServiceOptions } from './run-service.ts';
