import type * as TensorFunctions from './tensor_functions';

/**
 * A module that imports TensorFlow, loaded when it is first needed: importing this package never loads TensorFlow.
 * @param path as `require` takes it in this folder
 * @returns a function that loads it, and throws an Error with the way out where the runtime is not installed
 */
export function tensorFlowModule<Module>(path: string): () => Module {
  let module: Module | undefined;
  return () => {
    if (module !== undefined) return module;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on first use, and synchronously
      module = require(path) as Module;
      return module;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'MODULE_NOT_FOUND' || !message.includes('@cuda-activations/runtime')) throw error;
      throw new Error(
        'Tensors and layers need @cuda-activations/runtime, which is not installed: npm install @cuda-activations/runtime, or call useTensorFlowJs with a TensorFlow.js of your own',
        { cause: error },
      );
    }
  };
}

/** The functions on tensors. */
export const tensorFunctions = tensorFlowModule<typeof TensorFunctions>('./tensor_functions');
