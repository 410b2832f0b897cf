import { runService } from '@groundswell/service';
import { configFromEnvironment } from './config.ts';
import { startPipeline } from './pipeline.ts';

runService({ name: 'account-resolver', readConfig: configFromEnvironment, start: startPipeline });
