import './compatibility';
import { registerBackend } from './backend/register';

registerBackend();

export * from '@tensorflow/tfjs';
export { io, node, version } from './tensorflow';
export { TensorFlowBackend } from './backend/backend';
export { tensorflowBackend } from './backend/register';
export type { Device } from './binding/native-binding';
export { compile, type CompiledFunction, type CompileOptions, type TraceExplanation } from './compile/compile';
export * as recording from './compile/rewrites';
export { NumericsError } from './compile/numerics';
export { FrozenRandomnessError } from './compile/randomness';
export { DataReadError } from './compile/trace';
export { devices, gpuReport, hasKernel, loadOpLibrary, tensorflowVersion, type GpuReport } from './devices';
export type { NvidiaDriver, NvidiaGpu } from './binding/nvidia-driver';
export { applyInPlace } from './variables';
export { executeOp, type OpAttribute, type OpAttributes } from './execute-op';
export { cacheRoot } from './fetch/cache';
export { downloadFile, type DownloadableFile, type DownloadFileOptions } from './fetch/download-file';
export * from './training';
export { dropout, losses } from './training';
