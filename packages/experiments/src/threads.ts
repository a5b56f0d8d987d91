/**
 * Sets how many threads one operation uses. TensorFlow reads it once, when its context is made: call before the first tensor.
 * @param threads 0 leaves TensorFlow's choice, all cores
 */
export function limitThreads(threads: number): void {
  if (threads === 0) return;
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  process.env['OMP_NUM_THREADS'] = String(threads);
}
