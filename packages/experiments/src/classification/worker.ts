import { servePool } from '../runs/pool_worker';
import { DataCache } from './data_cache';
import { executeRun, type RunTask } from './execute';

const cache = new DataCache();
servePool<RunTask>((task, listener, interrupted) => executeRun(task, cache, listener, interrupted));
