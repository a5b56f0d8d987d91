import { servePool } from '../runs/pool_worker';
import { executeBertRun } from './execute';
import type { BertTask } from './plan';
import { TextCache } from './text_cache';

const cache = new TextCache();
servePool<BertTask>((task, listener, interrupted) => executeBertRun(task, cache, listener, interrupted));
