import { runService } from '@groundswell/service';
import { configFromEnvironment } from './config.ts';
import { startPipeline } from './pipeline.ts';

runService({ name: 'touch-intake', readConfig: configFromEnvironment, start: startPipeline });
