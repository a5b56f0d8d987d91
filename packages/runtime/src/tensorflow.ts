/** All of tfjs, with what tfjs-node adds to it. */
import * as tf from '@tensorflow/tfjs';
import { fileSystem, nodeHTTPRequest } from '@tensorflow/tfjs-node-gpu/dist/io/index';
import { binding } from './binding/binding';

export { node } from '@tensorflow/tfjs-node-gpu/dist/node';

/** tfjs's `io`, with handlers for files (`file://`) and HTTP. */
export const io = { ...tf.io, fileSystem, nodeHTTPRequest };

/** Versions of tfjs's packages, and of the TensorFlow library. */
export const version = { ...tf.version, tensorflow: binding.TF_Version };
