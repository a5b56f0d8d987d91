import { serve } from '../worker_process';
import type { StepRequest } from './protocol';
import { StepArm } from './step_arm';

// The process of one arm: its memory is its own, and threads are settled by its environment, which is read once.
const arm = new StepArm();

void serve((message) => arm.answer(message as unknown as StepRequest));
