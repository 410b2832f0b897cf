import { runService } from '@groundswell/service';
import { configFromEnvironment } from './config.ts';
import { startPipeline } from './pipeline.ts';

runService({ name: 'clickhouse-sink', readConfig: configFromEnvironment, start: startPipeline });
